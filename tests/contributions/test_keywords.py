"""Keywords: one for each word, put on by the team, read only where they stand."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from concertation.accounts.models import User
from concertation.consultations.models import Consultation
from concertation.journal.models import JournalEntry
from contributions.actions import add_keyword, tag_contribution, untag_contribution
from contributions.models import Contribution, Keyword, TaggedContribution

pytestmark = pytest.mark.django_db


def test_participants_do_not_tag(consultation: Consultation, contribution: Contribution, participant: User) -> None:
    with pytest.raises(PermissionDenied):
        add_keyword(consultation, name="Réemploi", by=participant)
    with pytest.raises(PermissionDenied):
        tag_contribution(contribution, keywords=[], by=participant)


def test_the_same_word_is_one_keyword(consultation: Consultation, moderator: User) -> None:
    first = add_keyword(consultation, name="  Réemploi ", by=moderator)
    again = add_keyword(consultation, name="réemploi", by=moderator)

    assert (first, first.name, first.slug) == (again, "Réemploi", "reemploi")
    assert JournalEntry.objects.filter(verb="keyword.created").count() == 1


@pytest.mark.parametrize("name", ["", "…", "x" * 81, "a\x00"])
def test_a_name_that_is_no_word_is_refused(consultation: Consultation, moderator: User, name: str) -> None:
    with pytest.raises(ValidationError):
        add_keyword(consultation, name=name, by=moderator)


def test_tags_come_and_go_and_the_row_shows_it(contribution: Contribution, moderator: User) -> None:
    keyword = add_keyword(contribution.consultation, name="Réemploi", by=moderator)

    tag_contribution(contribution, keywords=[keyword], by=moderator)
    tag_contribution(contribution, keywords=[keyword], by=moderator)
    contribution.refresh_from_db()
    assert (contribution.shown_keywords, contribution.version) == ([keyword], 2)

    untag_contribution(contribution, keywords=[keyword], by=moderator)
    contribution.refresh_from_db()
    assert (contribution.shown_keywords, contribution.version) == ([], 3)


def test_a_refused_tag_is_not_shown(contribution: Contribution, moderator: User) -> None:
    keyword = add_keyword(contribution.consultation, name="Réemploi", by=moderator)
    TaggedContribution.objects.create(content_object=contribution, tag=keyword, state=Keyword.State.REFUSED)

    assert contribution.shown_keywords == []


def test_a_keyword_of_another_consultation_or_a_refused_one_is_not_put_on(
    contribution: Contribution, moderator: User, other_consultation: Consultation, administrator: User
) -> None:
    foreign = add_keyword(other_consultation, name="Ailleurs", by=administrator)
    refused = add_keyword(contribution.consultation, name="Non", by=moderator)
    Keyword.objects.filter(pk=refused.pk).update(state=Keyword.State.REFUSED)

    for keyword in (foreign, Keyword.objects.get(pk=refused.pk)):
        with pytest.raises(ValidationError):
            tag_contribution(contribution, keywords=[keyword], by=moderator)
