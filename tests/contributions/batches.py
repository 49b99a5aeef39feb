"""Lines of an import as its file gives them, and what a run has left in the tables."""

from contextlib import nullcontext
from datetime import timedelta

import pytest

from concertation.consultations.models import Topic
from contributions.importing.plan import About, PlannedRow
from contributions.models import Batch, Contribution
from contributions.wording import word

# After this, a run that wrote nothing is dead.
LONG_AGO = timedelta(minutes=10)
NOTHING = {"contributions": 0, "people": 0, "keywords": 0, "topics": 0}


def planned(key, body="Lu ailleurs.", **fields):
    given = {"line": 2, "author_key": f"autre:{key}", "author_name": "Paul", "about": About(), "topic": "Nouvelle"}
    return PlannedRow(key=key, wording=word(body), **{**given, **fields})


def left_of(batch):
    """What an import has left in the tables."""
    return {
        "contributions": Contribution.objects.filter(batch=batch).count(),
        "people": batch.consultation.participations.exclude(source_key="").count(),
        "keywords": batch.consultation.keywords.count(),
        "topics": Topic.every.filter(title="Nouvelle").count(),
    }


def left_by_a_dead_process(bring_in, monkeypatch):
    """What a process has written that was killed before it published."""

    def killed(*args, **kwargs):
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr("contributions.importing.run.publish_batch", killed)
        patched.setattr("contributions.importing.run.abandoned_on_failure", nullcontext)
        with pytest.raises(MemoryError):
            bring_in()
    return Batch.objects.get()
