"""A name that changed shows on open pages: row by row while they are few, else by an offer to reload."""

import pytest

from concertation.accounts.actions import rename_user
from concertation.live.models import Event
from contributions.models import Contribution

pytestmark = pytest.mark.django_db


def told(participant, name):
    Event.objects.all().delete()
    rename_user(participant, display_name=name, by=participant)
    return sorted(Event.objects.filter(room__key__startswith="topic:").values_list("room__key", "kind", "obj"))


def test_few_rows_are_told_one_by_one(post, topic, participant):
    rows = [post(f"Idée {number}") for number in range(2)]

    room = f"topic:{topic.pk}:public"
    assert told(participant, "Nadia") == [(room, "changed", f"contribution:{one.pk}") for one in rows]
    assert set(Contribution.objects.values_list("version", flat=True)) == {2}


def test_many_rows_are_a_page_to_load_again(post, topic, participant, monkeypatch):
    monkeypatch.setattr("contributions.tree.MOST_ANNOUNCED", 2)
    for number in range(3):
        post(f"Idée {number}")

    assert told(participant, "Nadia") == [(f"topic:{topic.pk}:public", "reload", f"topic:{topic.pk}")]
    assert set(Contribution.objects.values_list("version", flat=True)) == {2}


def test_whoever_wrote_nothing_is_renamed_in_silence(topic, newcomer):
    assert told(newcomer, "Nadia") == []
