"""What is wrong with a file is told in few lines, each error with its place."""

from django.core.exceptions import ValidationError

from concertation.documents.problems import found_by, grouped
from concertation.documents.spreadsheets import Problem


def told(problems: list[Problem]) -> list[str]:
    return [line.replace("\u00a0", " ").replace("\u202f", " ") for line in grouped(problems)]


def test_a_few_alike_are_told_one_by_one() -> None:
    assert told([Problem(2, "texte", "Vide."), Problem(9, "texte", "Vide.")]) == [
        "Ligne 2, colonne « texte » : Vide.",
        "Ligne 9, colonne « texte » : Vide.",
    ]


def test_many_alike_are_told_at_once_with_the_first_three_lines() -> None:
    many = [Problem(line, "texte", "Vide.") for line in range(3, 2147)]

    assert told([*many, Problem(5, "titre", "Vide.")]) == [
        "2 144 lignes, colonne « texte » : Vide. (lignes 3, 4, 5…)",
        "Ligne 5, colonne « titre » : Vide.",
    ]
    assert told([Problem(line, None, "Vide.") for line in range(4)]) == ["4 lignes : Vide. (lignes 0, 1, 2…)"]


def test_alike_ones_that_differ_by_a_value_show_three_and_count_the_others() -> None:
    dates = [Problem(line, "dit_le", f"« {line} » n’est pas une date.", "date") for line in range(2, 7)]

    assert told(dates) == [
        "Ligne 2, colonne « dit_le » : « 2 » n’est pas une date.",
        "Ligne 3, colonne « dit_le » : « 3 » n’est pas une date.",
        "Ligne 4, colonne « dit_le » : « 4 » n’est pas une date.",
        "Colonne « dit_le » : 2 autres lignes ont une erreur du même genre.",
    ]
    assert told(dates[:4])[-1] == "Colonne « dit_le » : 1 autre ligne a une erreur du même genre."


def test_the_kind_of_an_error_is_its_sentence_before_its_values() -> None:
    error = ValidationError("« %(text)s » non.", params={"text": "x"})

    assert found_by(error) == [("« x » non.", "« %(text)s » non.")]
    assert found_by(ValidationError({"body": error})) == found_by(error)
