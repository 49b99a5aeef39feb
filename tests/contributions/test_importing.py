"""Files of contributions: all of one is in, or none of it and the report says why."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from concertation.consultations.actions import create_consultation, create_item, create_phase
from concertation.consultations.models import Stake
from concertation.documents import spreadsheets
from contributions import actions, corpus
from contributions.actions.keywords import add_keyword
from contributions.models import Contribution, State
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


def refused(consultation, fmt, paths):
    err = io.StringIO()
    with pytest.raises(CommandError, match="Rien n’a été importé"):
        call_command(
            "import_contributions", *map(str, paths), consultation=consultation.slug, format=fmt, stdout=err, stderr=err
        )
    assert not Contribution.objects.exists()
    return err.getvalue()


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


def test_every_error_of_an_exchange_file_is_named_by_line_and_column(consultation, past_phase, tmp_path):
    line = dict.fromkeys(corpus.COLUMNS, "") | {
        "numero": "1", "thematique": "Sobriété", "texte": "Un texte.", "auteur_cle": "a", "cle": "k1",
    }  # fmt: skip
    bad = line | {"numero": "x", "etat": "perdue", "en_reponse_a": "99", "cle": "k2", "publie_le": "demain"}
    path = tmp_path / "corpus.csv"
    path.write_bytes(spreadsheets.write_csv(corpus.COLUMNS, [[one[c] for c in corpus.COLUMNS] for one in (line, bad)]))

    report = refused(consultation, "exchange", [path])

    for column in ("numero", "etat", "en_reponse_a", "publie_le"):
        assert f"Ligne 3, colonne « {column} »" in report.replace("\u00a0", " ").replace("\u202f", " ")


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
