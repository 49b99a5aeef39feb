"""A file of territories: all of it or nothing, each wrong row named, nothing twice."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from concertation.consultations import actions
from concertation.consultations.forms import territories
from concertation.consultations.models import Territory
from concertation.consultations.territories import TerritoryRow
from concertation.documents import spreadsheets
from concertation.journal.models import JournalEntry
from tests.reading import ordinary, words

pytestmark = pytest.mark.django_db

HEADER = ["code", "nom", "dans"]
GOOD = [["CAGR", "Grande-Rive", "region:32"], ["CCV", "Val d’Ouest", "departement:59"], ["MER", "Littoral", ""]]


@pytest.fixture
def address(space):
    return f"{space}listes/territoires/importer/"


@pytest.fixture
def send(as_organiser, address):
    def send(rows, *, header=HEADER, name="territoires.csv", content=None):
        data = spreadsheets.write_csv(header, rows) if content is None else content
        return as_organiser.post(address, {"file": SimpleUploadedFile(name, data)}, follow=True)

    return send


def own(consultation):
    return [(one.code, one.name, str(one.parent or "")) for one in consultation.own_territories.order_by("pk")]


@pytest.mark.parametrize(
    "who", ["participant", "partner", "director", "moderator", "facilitator", "stranger_moderator", "newcomer"]
)
def test_only_the_organiser_imports(request, consultation, who):
    with pytest.raises(PermissionDenied):
        actions.import_territories(consultation, [TerritoryRow("A", "Ailleurs")], by=request.getfixturevalue(who))


def test_a_file_enters_whole_and_the_journal_counts_it(send, consultation, organiser):
    answer = send(GOOD)

    assert own(consultation) == [
        ("CAGR", "Grande-Rive", "Hauts-de-France"), ("CCV", "Val d’Ouest", "Nord"), ("MER", "Littoral", ""),
    ]  # fmt: skip
    entry = JournalEntry.objects.get(verb="territory.imported")
    assert (entry.actor_id, entry.details) == (organiser.pk, {"count": 3})
    assert "3 territoires de plus dans la liste." in words(answer)


def test_a_workbook_enters_as_well(send, consultation):
    send([], name="territoires.xlsx", content=spreadsheets.write_xlsx(HEADER, GOOD))

    assert len(own(consultation)) == 3


def test_the_same_file_again_adds_nothing(send, consultation):
    send(GOOD)

    again = send(GOOD)
    more = send([*GOOD, ["NOUV", "Nouveau", ""]])

    assert len(own(consultation)) == 4
    assert "étaient déjà dans la liste" in words(again)
    assert "1 territoire de plus dans la liste ; déjà là et laissés tels quels : 3 territoires." in words(more)
    assert JournalEntry.objects.filter(verb="territory.imported").count() == 2


def test_a_line_with_too_many_cells_hides_no_other_problem(send, consultation):
    refused = words(send([], content=b"code;nom;dans\nA;Nom A;;trop\nB;;\nC;Nom C;region:999\n"))

    assert "Ligne 2 : 4 cellules au lieu de 3." in refused
    assert "Ligne 3, colonne « nom » : Cette case est vide." in refused
    assert "Ligne 4, colonne « dans » : « region:999 » n’est pas un territoire officiel." in refused
    assert own(consultation) == []


def test_a_line_may_leave_out_its_last_empty_cells(send, consultation):
    send([], content=b"code;nom;dans\nA;Nom A\nB;Nom B;region:32\n")

    assert own(consultation) == [("A", "Nom A", ""), ("B", "Nom B", "Hauts-de-France")]


def test_many_alike_rows_are_told_at_once(send, consultation):
    answer = words(send([[f"C{line}", "", ""] for line in range(1_000)]))

    assert "1 000 lignes, colonne « nom » : Cette case est vide. (lignes 2, 3, 4…)" in answer


def test_each_wrong_row_is_said_and_nothing_enters(send, consultation):
    refused = words(
        send(
            [
                *GOOD,
                ["", "Sans code", ""],
                ["X1", " ", ""],
                ["TROP-LONG-POUR-UN-CODE", "Long", ""],
                ["X2", "Nulle part", "region:999"],
                ["CAGR", "Encore", ""],
            ]
        )
    )

    for sentence in (
        "Ligne 5, colonne « code » : Cette case est vide.",
        "Ligne 6, colonne « nom » : Cette case est vide.",
        "Ligne 7, colonne « code » : Cette cellule compte 22 caractères, et 12 au plus sont acceptés.",
        "Ligne 8, colonne « dans » : « region:999 » n’est pas un territoire officiel.",
        "Ligne 9, colonne « code » : Ce code est déjà à la ligne 2.",
    ):
        assert sentence in refused
    assert own(consultation) == []
    assert not JournalEntry.objects.filter(verb="territory.imported").exists()


def test_what_the_list_itself_refuses_is_said_beside_the_file_and_nothing_enters(send, consultation, monkeypatch):
    rows = [TerritoryRow("MER", "Littoral"), TerritoryRow("TROP-LONG-POUR-UN-CODE", "Long")]
    monkeypatch.setattr(territories, "read", lambda *file: rows)

    answer = send(GOOD)

    assert answer.status_code == 200
    (sentence,) = answer.context["form"].errors["file"]
    assert ordinary(sentence).startswith("Territoire « TROP-LONG-POUR-UN-CODE » : ")
    assert own(consultation) == []


def test_a_code_of_the_list_does_not_change_its_name_or_its_place(send, consultation):
    send(GOOD)

    refused = words(send([["CAGR", "Grande-Rive Métropole", "region:32"], ["MER", "Littoral", "region:32"]]))

    assert (
        "Ligne 2, colonne « code » : Ce code est déjà dans la liste : « Grande-Rive », dans Hauts-de-France." in refused
    )
    assert "Ligne 3, colonne « code » : Ce code est déjà dans la liste : « Littoral »" in refused
    assert [name for _, name, _ in own(consultation)] == ["Grande-Rive", "Val d’Ouest", "Littoral"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("territoires.csv", b"code;nom\r\nA;Ailleurs\r\n", "dans"),
        ("territoires.xlsx", b"code;nom;dans\r\nA;Ailleurs;\r\n", "csv"),
        ("territoires.xlsx", b"PK\x03\x04tronqu", "abîmé"),
        ("territoires.csv", "code;nom;dans\r\nA;Île;\r\n".encode("utf-16"), "UTF-8"),
        ("territoires.csv", b"", "vide"),
    ],
)
def test_a_bad_file_gets_a_sentence(send, consultation, name, content, sentence):
    answer = send([], name=name, content=content)

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert sentence.lower() in words(answer).lower()
    assert own(consultation) == []


def test_no_file_is_said_beside_the_field(as_organiser, address):
    answer = as_organiser.post(address, {})

    assert answer.context["form"].errors == {"file": ["Choisissez un fichier."]}


def test_a_file_of_too_many_rows_is_refused(send, consultation):
    answer = send([[f"T{n}", f"Territoire {n}", ""] for n in range(5_001)])

    assert "plus de 5 000 lignes" in words(answer)
    assert Territory.objects.filter(consultation=consultation).count() == 0


def test_the_page_says_what_each_column_holds(as_organiser, address, space):
    page = words(as_organiser.get(address))

    assert all(column in page for column in ("code", "nom", "dans", "region:32"))
    assert f'href="{address}"' in as_organiser.get(f"{space}listes/territoires/").content.decode()


def test_a_territory_that_was_imported_is_offered_to_those_who_join(client, send, consultation, newcomer):
    send(GOOD)
    client.force_login(newcomer)

    assert "Grande-Rive" in words(client.get(f"/c/{consultation.slug}/rejoindre/"))
