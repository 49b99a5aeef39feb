"""A write sent twice is written once."""

import threading
import uuid

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import close_old_connections, connection

from concertation.accounts.models import Organisation
from concertation.journal.models import Receipt
from concertation.journal.receipts import Conflict, once

pytestmark = pytest.mark.django_db


def write() -> Organisation:
    return Organisation.objects.create(name=f"Ville {Organisation.objects.count()}")


def post(name, text="bonjour", actor="user:1", verb="organisation.create", **given):
    return once(name, actor=actor, verb=verb, digest_of=text, write=write, **given)


def post_again(**given):
    return post(uuid.uuid4(), stands=lambda made: made.name != "retirée", **given)


def test_the_same_words_from_a_fresh_page_are_written_once_for_ten_minutes():
    with time_machine.travel("2026-10-05T10:00:00Z", tick=False) as clock:
        first = post_again()
        clock.shift(9 * 60)
        assert post_again() == first
        clock.shift(2 * 60)
        assert post_again() != first


@pytest.mark.parametrize("other", [{"text": "autre"}, {"actor": "user:2"}, {"verb": "organisation.rename"}])
def test_other_words_from_a_fresh_page_are_another_write(other):
    assert post_again() != post_again(**other)


def test_words_whose_first_writing_is_gone_or_withdrawn_are_written_again():
    first = post_again()
    Organisation.objects.filter(pk=first.pk).update(name="retirée")
    second = post_again()
    assert second != first
    second.delete()

    assert post_again().pk


def test_a_verb_that_may_be_wanted_twice_is_named_by_its_uuid_alone():
    assert post(uuid.uuid4()) != post(uuid.uuid4())


@pytest.mark.parametrize("other", [{"text": "autre"}, {"actor": "user:2"}, {"verb": "organisation.rename"}])
def test_another_write_under_the_same_name_is_a_conflict(other):
    name = uuid.uuid4()
    post(name)

    with pytest.raises(Conflict):
        post(name, **other)

    assert Organisation.objects.count() == 1


def test_a_name_that_is_not_one_is_a_conflict():
    with pytest.raises(Conflict):
        post("not-a-uuid")


def test_what_was_written_and_is_gone_is_a_conflict():
    name = uuid.uuid4()
    post(name).delete()

    with pytest.raises(Conflict):
        post(name)


def test_the_same_write_sent_again_returns_what_the_first_one_wrote():
    name = uuid.uuid4()
    first = post(name)

    again = post(str(name))

    assert again == first
    assert Organisation.objects.count() == 1


def test_a_refused_write_leaves_no_receipt_so_that_it_may_be_corrected():
    def refuse():
        raise ValidationError("Le texte est vide.")

    name = uuid.uuid4()
    with pytest.raises(ValidationError):
        once(name, actor="user:1", verb="organisation.create", digest_of="", write=refuse)

    assert not Receipt.objects.exists()
    assert post(name, text="corrigé").pk


@pytest.mark.parametrize("name", [None, ""])
def test_a_write_without_a_name_is_simply_made(name):
    assert post(name) != post(name)


@pytest.mark.django_db(transaction=True)
def test_the_same_write_sent_twice_at_once_is_written_once():
    name, answers = uuid.uuid4(), []

    def run():
        answers.append(post(name).pk)
        close_old_connections()
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [Organisation.objects.get().pk] * 8
