"""A kind of job that does what the test says, and one job of it."""

import pytest

from concertation.jobs import kinds
from concertation.jobs.actions import start_job
from concertation.jobs.kinds import JobKind, Result

NAME = "tests.file"


class Made:
    """The kind of the tests: ``act(job, progress)`` runs first, then ``content`` is the file."""

    def __init__(self):
        self.content = b"a;b"
        self.stamp = ""
        self.readers = None
        self.act = lambda job, progress: None
        self.runs = 0

    def run(self, job, progress):
        self.runs += 1
        self.act(job, progress)
        return Result(content=self.content, file_name="essai.csv", content_type="text/csv; charset=utf-8")

    def may_read(self, viewer, job):
        return self.readers is None or viewer.person in self.readers


@pytest.fixture
def made(monkeypatch):
    told = Made()
    kind = JobKind(name=NAME, run=told.run, may_read=told.may_read, stamp=lambda job: told.stamp)
    monkeypatch.setitem(kinds._kinds, NAME, kind)
    return told


@pytest.fixture
def start(made, now):
    def begin(*, by, key="a", **options):
        given = {"title": "Un essai", "asked_on": "/", "now": now} | options
        return start_job(NAME, key=key, by=by, **given)

    return begin


@pytest.fixture
def job(start, participant):
    return start(by=participant)
