"""Files of contributions: all of one is in, or none of it and the report says why."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from concertation.consultations.actions import create_consultation, create_item, create_phase
from concertation.consultations.models import Stake
from concertation.documents import spreadsheets
from contributions import actions, corpus
from contributions.actions.keywords import add_keyword
from contributions.models import Batch, Contribution, State
from tests.reading import ordinary

pytestmark = pytest.mark.django_db

REPNUM = Path(__file__).resolve().parents[3] / "shared" / "data" / "repnum"
PROPOSALS = (
    "id,author,author_is_government,author_vip,section,section_id,title,body,votes_ok,votes_mitige,votes_nok,arguments,"
    "versions,sources,trashed,created_at\n"
    "61,Pg,True,False,Données,86,Article 1,Ouvrir les données.,10,2,1,1,0,0,False,2015-09-26T02:27:54+0200\n"
    "62,Pa,False,False,Communs,90,Les communs,Reconnaître les communs.,5,0,3,0,0,0,False,2015-09-27T10:00:00+0200\n"
    "63,Pb,False,False,Communs,90,Hors sujet,Acheter mon meuble.,0,1,9,0,0,0,True,2015-09-28T10:00:00+0200\n"
)
ARGUMENTS = (
    "id,contribution_id,author,stance,body,votes,trashed,created_at\n"
    "900,61,Pa,contre,Trop cher pour les communes.,4,False,2015-10-01T09:00:00+0200\n"
)


@pytest.fixture
def files(tmp_path):
    (tmp_path / "contributions.csv").write_text(PROPOSALS, encoding="utf-8")
    (tmp_path / "arguments.csv").write_text(ARGUMENTS, encoding="utf-8")
    return [tmp_path / "arguments.csv", tmp_path / "contributions.csv"]


def run(consultation, fmt, paths, **options):
    out, err = io.StringIO(), io.StringIO()
    call_command(
        "import_contributions",
        *map(str, paths),
        consultation=consultation.slug,
        format=fmt,
        stdout=out,
        stderr=err,
        **options,
    )
    return out.getvalue()


def refused(consultation, fmt, paths, there=0, **options):
    err = io.StringIO()
    given = {"consultation": consultation.slug, "format": fmt, "stdout": err, "stderr": err}
    with pytest.raises(CommandError, match="Rien n’a été importé"):
        call_command("import_contributions", *map(str, paths), **given, **options)
    assert Contribution.objects.count() == there
    return err.getvalue()


def sentences(report):
    return [ordinary(line) for line in report.splitlines()]


def test_proposals_become_threads_and_arguments_replies(consultation, past_phase, files):
    run(consultation, "repnum", files)

    roots = Contribution.objects.roots().order_by("number")
    reply = Contribution.objects.exclude(parent=None).get()
    assert [(one.title, one.topic.title) for one in roots] == [
        ("Article 1", "Données"),
        ("Les communs", "Communs"),
        ("Hors sujet", "Communs"),
    ]
    assert reply.parent == roots[0]
    assert (reply.current.plain, reply.imported_agree) == ("Trop cher pour les communes.", 4)
    assert [keyword.name for keyword in reply.keywords.all()] == ["Argument contre"]


def test_marks_and_totals_are_kept(consultation, past_phase, files):
    run(consultation, "repnum", files)

    government = Contribution.objects.get(source_key="repnum:61")
    binned = Contribution.objects.get(source_key="repnum:63")
    assert (government.author.name, government.actor_kind.label) == ("Gouvernement", "Gouvernement")
    assert (government.imported_agree, government.imported_unclear, government.imported_disagree) == (10, 2, 1)
    assert binned.state == State.HIDDEN
    assert binned.decisions.get().reason.label == "Masquée sur la plateforme d’origine"


def test_running_again_imports_nothing_twice(consultation, past_phase, files):
    run(consultation, "repnum", files)
    told = run(consultation, "repnum", files)

    assert Contribution.objects.count() == 4
    assert "Déjà présentes : 4" in ordinary(told)


def test_a_dry_run_writes_nothing(consultation, past_phase, files):
    told = run(consultation, "repnum", files, dry_run=True)

    assert "À importer : 3 contributions, 1 réponse, " in ordinary(told)
    assert not Contribution.objects.exists()
    assert not consultation.participations.exclude(source_key="").exists()


def test_one_bad_line_keeps_the_whole_file_out_and_is_named(consultation, past_phase, files):
    files[0].write_text(ARGUMENTS.replace("Trop cher pour les communes.", '"  "'), encoding="utf-8")

    report = refused(consultation, "repnum", files)

    assert "arguments.csv" in report
    assert "Ligne 2" in report


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PROPOSALS.replace("votes_nok,", ""), "cellule"),
        (PROPOSALS.replace(",votes_nok,", ",autre,"), "votes_nok"),
        (PROPOSALS.replace("10,2,1", "dix,2,1"), "nombre entier"),
        (PROPOSALS.replace("2015-09-26T02:27:54+0200", "hier"), "date"),
        ("", "vide"),
        (PROPOSALS.replace("Ouvrir", "Ou\x00vrir"), ""),
    ],
)
def test_bad_files_are_refused_in_french(consultation, past_phase, files, content, expected):
    files[1].write_text(content, encoding="utf-8")

    assert expected in refused(consultation, "repnum", files)


def test_a_wrong_encoding_is_refused(consultation, past_phase, files):
    files[1].write_bytes(PROPOSALS.encode("utf-16"))

    refused(consultation, "repnum", files)


def test_a_file_that_is_not_what_its_name_says_is_refused(consultation, past_phase, files, tmp_path):
    other = tmp_path / "contributions.xlsx"
    other.write_text(PROPOSALS, encoding="utf-8")

    refused(consultation, "repnum", [other])


def test_a_truncated_workbook_is_refused(consultation, past_phase, tmp_path):
    data = spreadsheets.write_xlsx(corpus.COLUMNS, [])
    path = tmp_path / "corpus.xlsx"
    path.write_bytes(data[: len(data) // 2])

    refused(consultation, "exchange", [path])


# Exchange -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def debate(consultation, topic, past_topic, participant, other_participant, moderator, organiser, now):
    """A bit of everything: marks, keywords, reactions, hostile text, hidden, withdrawn, deep replies."""
    stake = create_item(Stake, consultation, label="Sobriété | eau", by=organiser)
    root = actions.post_contribution(
        topic, title="=2+3", body="+1 pour **ça**\n\n- un\n- deux", stakes=[stake], by=participant, now=now
    )
    actions.tag_contribution(root, keywords=[add_keyword(consultation, name="Eau", by=moderator)], by=moderator)
    reply = actions.post_contribution(topic, body="'=cmd|' /C calc'!A0", parent=root, by=other_participant, now=now)
    actions.post_contribution(topic, body="Réponse à la réponse.", parent=reply, by=participant, now=now)
    actions.react(root, kind="agree", by=other_participant, now=now)
    gone = actions.post_contribution(topic, title="Retirée", body="Je retire.", by=participant, now=now)
    actions.withdraw_contribution(gone, by=participant)
    bad = actions.post_contribution(topic, title="Masquée", body="Je masque.", by=participant, now=now)
    actions.hide_contribution(bad, reason=consultation.reasons.first(), by=moderator)
    return consultation


def exported(consultation, kind="csv"):
    write = {"csv": spreadsheets.write_csv, "xlsx": spreadsheets.write_xlsx}[kind]
    return write(corpus.COLUMNS, corpus.lines_of(consultation))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export_import_export_gives_the_same_bytes(debate, administrator, organiser, now, tmp_path, kind):
    first = exported(debate, kind)
    path = tmp_path / f"corpus.{kind}"
    path.write_bytes(first)
    copy = create_consultation(slug="copie", title="Copie", organiser=organiser, now=now, by=administrator)
    create_item(Stake, copy, label="Sobriété | eau", by=organiser)
    for phase in debate.phases.all():
        create_phase(
            copy,
            title=phase.title,
            opens_at=phase.opens_at,
            closes_at=phase.closes_at,
            natures=copy.natures.all(),
            by=organiser,
        )

    run(copy, "exchange", [path])

    assert exported(copy, kind) == first


def test_importing_ones_own_export_again_changes_nothing(debate, tmp_path):
    path = tmp_path / "corpus.csv"
    path.write_bytes(exported(debate))
    before = Contribution.objects.count()

    assert "Déjà présentes : 5" in ordinary(run(debate, "exchange", [path]))
    assert Contribution.objects.count() == before


def corpus_file(path, *changes, **same):
    """A file of the exchange format with one line for each of ``changes``, of which all but the key may be alike."""
    lines = [
        dict.fromkeys(corpus.COLUMNS, "")
        | {"numero": str(n), "thematique": "Sobriété", "texte": "Un texte.", "auteur_cle": "a", "cle": f"k{n}"}
        | same
        | change
        for n, change in enumerate(changes, start=1)
    ]
    path.write_bytes(spreadsheets.write_csv(corpus.COLUMNS, [[one[c] for c in corpus.COLUMNS] for one in lines]))
    return path


BIG = "x" * 300


@pytest.mark.parametrize(
    ("cells", "column", "sentence"),
    [
        ({"publie_le": "2999-01-01T00:00:00Z"}, "publie_le", "Cette date est dans le futur."),
        ({"dit_le": "2999-01-01T00:00:00Z"}, "dit_le", "Cette date est dans le futur."),
        ({"publie_le": "0001-01-01T00:00:00+14:00"}, "publie_le", "Cette date est avant 1900."),
        ({"publie_le": "0001-01-01T00:00:00Z"}, "publie_le", "Cette date est avant 1900."),
        ({"dit_le": "9999-12-31T23:59:59-14:00"}, "dit_le", "Cette date est dans le futur."),
        (
            {"dit_le": "2026-01-02T10:00:00Z", "publie_le": "2026-01-02T09:59:00Z"},
            "dit_le",
            "après celle de la publication",
        ),
        ({"dit_le": "2026-01-03T10:00:00Z", "publie_le": "2026-01-02"}, "dit_le", "après celle de la publication"),
        ({"publie_le": "demain"}, "publie_le", "« demain » n’est pas une date."),
        ({"mots_cles": BIG[:81]}, "mots_cles", "81 caractères, et 80 au plus"),
        ({"organisation": BIG[:161]}, "organisation", "161 caractères, et 160 au plus"),
        ({"thematique": BIG[:121]}, "thematique", "121 caractères, et 120 au plus"),
        ({"thematique": " "}, "thematique", "Cette cellule ne peut pas être vide."),
        ({"auteur_cle": BIG}, "auteur_cle", "300 caractères, et 120 au plus"),
        ({"auteur": BIG[:200]}, "auteur", "200 caractères, et 80 au plus"),
        ({"cle": BIG[:161]}, "cle", "161 caractères, et 160 au plus"),
        ({"cle": "k1"}, "cle", "Cette clé est déjà à la ligne 2."),
        ({"origine_detail": BIG[:161]}, "origine_detail", "161 caractères, et 160 au plus"),
        ({"titre": BIG[:251]}, "titre", "Cette cellule compte 251 caractères, et 250 au plus"),
        ({"texte": "x" * 50_001}, "texte", "Cette cellule compte 50 001 caractères, et 50 000 au plus"),
        ({"texte": ""}, "texte", "Votre texte est vide."),
        ({"numero": "12345678"}, "numero", "de 1 à 9999999"),
        ({"numero": "99999999999999999999"}, "numero", "est un nombre trop grand"),
        ({"numero": "0"}, "numero", "de 1 à 9999999"),
        ({"numero": "x"}, "numero", "n’est pas un nombre entier"),
        ({"numero": "1"}, "numero", "Ce numéro est déjà à la ligne 2."),
        ({"accord": "9999999999"}, "accord", "est un nombre trop grand"),
        ({"en_reponse_a": "99"}, "en_reponse_a", "n’est pas dans le fichier"),
        ({"en_reponse_a": "2"}, "en_reponse_a", "se répond à elle-même"),
        ({"en_reponse_a": "1", "titre": "Un titre"}, "titre", "Une réponse n’a pas de titre"),
        ({"en_reponse_a": "1", "thematique": "Autre"}, "thematique", "dans la thématique de la contribution"),
        ({"etat": "perdue"}, "etat", "n’est pas prévu"),
        ({"equipe": "peut-être"}, "equipe", "n’est pas prévu"),
        ({"nature": "rien"}, "nature", "« rien » n’existe pas"),
        ({"enjeux": "Bonheur"}, "enjeux", "« Bonheur » n’existe pas"),
        ({"phase": "Jamais"}, "phase", "« Jamais » n’existe pas"),
        ({"type_acteur": "Robot"}, "type_acteur", "« Robot » n’existe pas"),
        ({"territoire_code": "lune:1"}, "territoire_code", "« lune:1 » n’existe pas"),
    ],
)
def test_one_bad_cell_is_named_by_file_line_and_column(consultation, past_phase, tmp_path, cells, column, sentence):
    path = corpus_file(tmp_path / "corpus.csv", {}, cells, {})

    said = sentences(refused(consultation, "exchange", [path]))

    assert len(said) == 1
    assert said[0].startswith(f"corpus.csv – Ligne 3, colonne « {column} » : ")
    assert sentence in said[0]
    assert sentences(refused(consultation, "exchange", [path], dry_run=True)) == said


def test_a_bad_line_among_lines_that_are_here_already_keeps_its_own_number(consultation, past_phase, tmp_path):
    run(consultation, "exchange", [corpus_file(tmp_path / "first.csv", *[{}] * 10)])

    path = corpus_file(tmp_path / "corpus.csv", *[{}] * 10, {"publie_le": "2999-01-01T00:00:00Z"})

    assert "corpus.csv – Ligne 12, colonne « publie_le » : " in ordinary(
        refused(consultation, "exchange", [path], there=10)
    )


def test_a_line_that_is_here_already_is_checked_all_the_same(consultation, past_phase, tmp_path):
    run(consultation, "exchange", [corpus_file(tmp_path / "first.csv", {}, {})])

    wrong = {"nature": "rien", "mots_cles": BIG[:81], "publie_le": "demain"}
    said = ordinary(refused(consultation, "exchange", [corpus_file(tmp_path / "corpus.csv", wrong, {})], there=2))
    named = ordinary(
        refused(consultation, "exchange", [corpus_file(tmp_path / "corpus.csv", {"nature": "rien"}, {})], there=2)
    )

    assert "Ligne 2, colonne « publie_le »" in said
    assert "Ligne 2, colonne « nature »" in named


def test_words_may_be_said_at_any_hour_of_the_day_of_their_publication(consultation, past_phase, tmp_path):
    said = {"dit_le": "2026-01-02T18:00:00Z", "publie_le": "2026-01-02"}

    run(consultation, "exchange", [corpus_file(tmp_path / "corpus.csv", said)])

    assert Contribution.objects.get().occurred_at.hour == 18


def test_replies_that_go_round_are_refused(consultation, past_phase, tmp_path):
    path = corpus_file(tmp_path / "corpus.csv", {"en_reponse_a": "3"}, {"en_reponse_a": "1"}, {"en_reponse_a": "2"}, {})

    said = sentences(refused(consultation, "exchange", [path]))

    assert [line.split(",")[0] for line in said] == [f"corpus.csv – Ligne {line}" for line in (2, 3, 4)]


def test_alike_errors_are_told_together_and_all_are_counted(consultation, past_phase, tmp_path):
    path = corpus_file(tmp_path / "corpus.csv", *[{"texte": " "}] * 1200, {"etat": "?"})
    err = io.StringIO()

    with pytest.raises(CommandError, match=r"1.201.erreurs"):
        call_command("import_contributions", str(path), consultation=consultation.slug, format="exchange", stderr=err)

    first, second = sentences(err.getvalue())
    assert first == (
        "corpus.csv – 1 200 lignes, colonne « texte » : Votre texte est vide. "
        "Écrivez au moins une phrase. (lignes 2, 3, 4…)"
    )
    assert "Ligne 1202, colonne « etat »" in second


def test_the_same_key_in_two_files_is_named_in_the_second(consultation, past_phase, tmp_path):
    paths = [corpus_file(tmp_path / name, {}) for name in ("un.csv", "deux.csv")]

    assert sentences(refused(consultation, "exchange", paths)) == [
        "deux.csv – Ligne 2, colonne « cle » : Cette clé est déjà dans le fichier un.csv, à la ligne 2."
    ]


def test_a_dry_run_asks_and_writes_nothing(consultation, past_phase, tmp_path):
    path = corpus_file(tmp_path / "corpus.csv", {}, {"organisation": "Ville", "mots_cles": "Eau", "en_reponse_a": "1"})

    with CaptureQueriesContext(connection) as asked:
        told = run(consultation, "exchange", [path], dry_run=True)

    assert "À importer : 1 contribution, 1 réponse, 1 personne, 1 thématique" in ordinary(told)
    assert [one["sql"] for one in asked if not one["sql"].startswith("SELECT")] == []


def test_a_dry_run_needs_the_same_right(consultation, past_phase, moderator, tmp_path):
    path = corpus_file(tmp_path / "corpus.csv", {})

    with pytest.raises(CommandError, match="ne peut pas importer"):
        run(consultation, "exchange", [path], dry_run=True, by=moderator.email)


def test_ctrl_c_says_that_nothing_was_imported_and_leaves_nothing(consultation, past_phase, tmp_path, monkeypatch):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    path = corpus_file(tmp_path / "corpus.csv", *[{}] * 3)
    monkeypatch.setattr("contributions.importing.run.publish_batch", interrupt)

    with pytest.raises(CommandError, match="interrompu"):
        run(consultation, "exchange", [path])

    assert not Contribution.objects.exists()
    assert not consultation.participations.exclude(source_key="").exists()


def test_an_import_is_undone_by_its_number(consultation, past_phase, tmp_path):
    told = run(consultation, "exchange", [corpus_file(tmp_path / "corpus.csv", {}, {})])
    number = int(told.split("--undo ")[1].rstrip(".\n"))

    with pytest.raises(CommandError, match="n’a pas d’import"):
        run(consultation, None, [], undo=number + 1)
    undone = run(consultation, None, [], undo=number)

    assert f"Import {number} annulé : 2 contributions retirées." in ordinary(undone)
    assert not Contribution.objects.exists()


def test_a_dry_run_of_an_undoing_says_what_would_go_and_writes_nothing(consultation, past_phase, moderator, tmp_path):
    batch = bring(consultation, corpus_file(tmp_path / "corpus.csv", {}, {}))

    with CaptureQueriesContext(connection) as asked:
        told = run(consultation, None, [], undo=batch.pk, dry_run=True)

    assert ordinary(told) == f"L’import {batch.pk} peut être annulé : 2 contributions seraient retirées. "
    assert [one["sql"] for one in asked if not one["sql"].startswith("SELECT")] == []
    actions.hide_contribution(batch.contributions.first(), reason=consultation.reasons.to_hide().first(), by=moderator)
    with pytest.raises(CommandError, match="il reste"):
        run(consultation, None, [], undo=batch.pk, dry_run=True)


def test_what_is_undone_already_is_said_to_be_so(consultation, past_phase, tmp_path):
    batch = bring(consultation, corpus_file(tmp_path / "corpus.csv", {}, {}))
    run(consultation, None, [], undo=batch.pk)

    for options in ({}, {"dry_run": True}):
        told = run(consultation, None, [], undo=batch.pk, **options)
        assert ordinary(told) == f"L’import {batch.pk} est déjà annulé. "


def bring(consultation, path):
    run(consultation, "exchange", [path])
    return Batch.objects.get()


def test_replies_to_a_line_that_is_refused_have_no_error_of_their_own(consultation, past_phase, tmp_path):
    path = corpus_file(tmp_path / "corpus.csv", {"texte": ""}, {"en_reponse_a": "1"}, {"en_reponse_a": "2"})

    [said] = sentences(refused(consultation, "exchange", [path]))

    assert said.startswith("corpus.csv – Ligne 2, colonne « texte » : ")


def test_arguments_about_a_proposal_that_is_refused_have_no_error_of_their_own(consultation, past_phase, files):
    files[1].write_text(PROPOSALS.replace("10,2,1", "dix,2,1"), encoding="utf-8")

    [said] = sentences(refused(consultation, "repnum", files))

    assert said.startswith("contributions.csv – Ligne 2, colonne « votes_ok » : ")


def test_a_file_that_cannot_be_opened_is_told_in_french(consultation, past_phase, tmp_path):
    for path, why in ((tmp_path / "absent.csv", "il n’existe pas"), (tmp_path, "c’est un dossier")):
        assert sentences(refused(consultation, "exchange", [path])) == [f"{path.name} – Fichier illisible : {why}."]


def test_columns_of_other_names_are_told_and_not_read(consultation, past_phase, tmp_path):
    path = tmp_path / "corpus.csv"
    names = [name.upper() for name in reversed(corpus.COLUMNS)]
    cells = {"THEMATIQUE": "Sobriété", "TEXTE": "Un texte.", "AUTEUR_CLE": "a", "CLE": "k"}
    line = [cells.get(name, "") for name in names]
    path.write_bytes(spreadsheets.write_csv([*names, "Remarque", "Vu"], [[*line, "rien", "oui"]]))

    told = ordinary(run(consultation, "exchange", [path]))

    assert told.startswith("corpus.csv – Colonnes inconnues, non lues : « Remarque », « Vu ». Importé : 1 contribution")


@pytest.mark.parametrize(("number", "kept"), [("", False), ("2", True)])
def test_a_dry_run_says_that_numbers_will_not_be_kept(consultation, past_phase, tmp_path, number, kept):
    path = corpus_file(tmp_path / "corpus.csv", {}, {"numero": number})

    told = ordinary(run(consultation, "exchange", [path], dry_run=True))

    assert told.startswith("Les numéros du fichier ne sont pas gardés") is not kept


def test_four_times_as_many_lines_ask_no_more_queries(consultation, past_phase, tmp_path, count_queries):
    few = corpus_file(tmp_path / "few.csv", *[{}] * 5)
    many = corpus_file(tmp_path / "many.csv", *[{}] * 20)

    asked = [
        count_queries(lambda path=path: run(consultation, "exchange", [path], dry_run=True)) for path in (few, many)
    ]

    assert asked[0] == asked[1]


def test_a_text_of_signs_is_a_text(consultation, past_phase, tmp_path):
    run(consultation, "exchange", [corpus_file(tmp_path / "corpus.csv", {"texte": "-"}, {"texte": "- "})])

    assert list(Contribution.objects.values_list("current__plain", flat=True)) == ["-", "-"]


@pytest.mark.skipif(not REPNUM.is_dir(), reason="real data (../shared/data/repnum) is not on this machine")
def test_republique_numerique_comes_in_whole(consultation, past_phase):
    run(consultation, "repnum", sorted(REPNUM.glob("*.csv")))

    assert Contribution.objects.roots().count() == 696
    assert Contribution.objects.exclude(parent=None).count() == 3994
    assert Contribution.objects.filter(state=State.HIDDEN).count() == 4
    assert Contribution.objects.roots().filter(author__pseudonym="Gouvernement").count() == 30
