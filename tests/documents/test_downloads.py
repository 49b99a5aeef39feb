"""One file is rendered at a time in a process; others are told at once to ask again."""

import threading

import pytest

from concertation.documents import downloads
from concertation.documents.downloads import Busy, one_at_a_time, rendered
from concertation.documents.export import Exported
from concertation.documents.model import Document


@pytest.fixture
def renderings(monkeypatch):
    """What was rendered so far; no program runs."""
    done = []

    def export(document, fmt):
        done.append((document.title, fmt))
        return Exported(document.title.encode(), "text/plain", fmt)

    monkeypatch.setattr(downloads, "export", export)
    monkeypatch.setattr(downloads._Last, "key", ("", ""))
    monkeypatch.setattr(downloads._Last, "file", None)
    return done


def test_a_second_rendering_is_refused_at_once_and_accepted_afterwards(renderings):
    with one_at_a_time(), pytest.raises(Busy):
        rendered(Document(title="A"), "pdf")

    assert rendered(Document(title="A"), "pdf").content == b"A"
    assert renderings == [("A", "pdf")]


def test_a_second_rendering_is_refused_from_another_thread(renderings):
    refused = []

    def ask():
        try:
            rendered(Document(title="A"), "docx")
        except Busy:
            refused.append("docx")

    with one_at_a_time():
        asker = threading.Thread(target=ask)
        asker.start()
        asker.join()

    assert (refused, renderings) == (["docx"], [])


def test_the_file_rendered_last_is_given_again_even_while_another_is_rendered(renderings):
    first = rendered(Document(title="A"), "pdf")

    with one_at_a_time():
        assert rendered(Document(title="A"), "pdf") is first
    assert renderings == [("A", "pdf")]


def test_another_format_and_another_document_are_rendered(renderings):
    for title, fmt in [("A", "pdf"), ("A", "docx"), ("B", "docx")]:
        assert rendered(Document(title=title), fmt).extension == fmt

    assert renderings == [("A", "pdf"), ("A", "docx"), ("B", "docx")]


def test_data_that_no_program_writes_wait_for_nothing(renderings):
    with one_at_a_time():
        assert rendered(Document(title="A"), "json").content == b"A"


def test_a_rendering_that_fails_leaves_its_place(renderings, monkeypatch):
    def fail(_document, _fmt):
        raise RuntimeError("pandoc")

    with monkeypatch.context() as failing:
        failing.setattr(downloads, "export", fail)
        with pytest.raises(RuntimeError):
            rendered(Document(title="A"), "pdf")

    assert rendered(Document(title="A"), "pdf").content == b"A"
