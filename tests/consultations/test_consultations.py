"""Creating a consultation, changing what is said of it, its charter, its end."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from concertation.accounts.models import LegalAcceptance
from concertation.consultations import actions
from concertation.consultations.models import Consultation, Membership, Role, SlugHistory
from concertation.journal.models import JournalEntry
from concertation.notices.models import Notice

pytestmark = pytest.mark.django_db


def verbs_of(obj):
    return list(JournalEntry.objects.of(obj).order_by("pk").values_list("verb", flat=True))


def test_only_the_administrator_creates_a_consultation(organiser, newcomer):
    with pytest.raises(PermissionDenied):
        actions.create_consultation(slug="essai", title="Essai", organiser=newcomer, by=organiser)

    assert Consultation.objects.count() == 0


def test_a_new_consultation_is_a_draft_with_its_usual_lists(administrator, organiser, now):
    made = actions.create_consultation(slug="essai", title="Essai", organiser=organiser, by=administrator)

    civil, public, work = made.actor_families.all()
    families = [kind.family for kind in made.actor_kinds.all()]
    assert families == [civil, civil, public, public, work, work, None]
    assert [nature.code for nature in made.natures.all()] == [
        "besoin", "frein", "opportunite", "solution", "experimentation", "outil", "fonctionnalite",
    ]  # fmt: skip
    assert made.stakes.count() == 0
    assert [reason.label for reason in made.reasons.all() if not reason.explanation] == []
    assert not made.is_public(now)


def test_the_organiser_of_a_new_consultation_is_told_and_holds_the_role(administrator, organiser):
    made = actions.create_consultation(slug="essai", title="Essai", organiser=organiser, by=administrator)

    assert [(one.user, one.role) for one in Membership.objects.filter(consultation=made)] == [
        (organiser, Role.ORGANISER)
    ]
    assert Notice.objects.filter(person=organiser, kind="role.granted").count() == 1
    assert verbs_of(made) == ["consultation.created"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"slug": "Une adresse"}, "slug"),
        ({"title": ""}, "title"),
        ({"title": "t" * 161}, "title"),
        ({"presentation": "p" * 20_001}, "presentation"),
        ({"zone": "Europe/Lutece"}, "zone"),
        ({"accent": "rouge"}, "accent"),
    ],
)
def test_what_cannot_be_kept_is_refused_beside_its_field(administrator, organiser, fields, field):
    given = {"slug": "essai", "title": "Essai", **fields}

    with pytest.raises(ValidationError) as refusal:
        actions.create_consultation(**given, organiser=organiser, by=administrator)

    assert list(refusal.value.error_dict) == [field]
    assert Consultation.objects.count() == 0


def test_an_address_that_is_or_was_taken_is_refused(consultation, administrator, organiser):
    actions.edit_consultation(consultation, slug="nouvelle", by=organiser)

    for slug in ("nouvelle", "innovation-urbaine"):
        with pytest.raises(ValidationError) as refusal:
            actions.create_consultation(slug=slug, title="Autre", organiser=organiser, by=administrator)
        assert list(refusal.value.error_dict) == ["slug"]


def test_only_its_organiser_edits_a_consultation(consultation, participant, moderator, partner, stranger_moderator):
    for person in (participant, moderator, partner, stranger_moderator):
        with pytest.raises(PermissionDenied):
            actions.edit_consultation(consultation, title="Autre titre", by=person)

    assert Consultation.objects.get(pk=consultation.pk).title == "Place de l’innovation urbaine"


def test_markdown_is_rendered_once_and_its_markup_cannot_act(consultation, organiser):
    text = "**Fort** <script>alert(1)</script> [lien](javascript:alert(1))"

    edited = actions.edit_consultation(consultation, presentation=text, by=organiser)

    assert edited.presentation == text
    assert "<strong>Fort</strong>" in edited.presentation_html
    assert "<script" not in edited.presentation_html
    assert "href" not in edited.presentation_html


def test_an_edit_that_changes_nothing_leaves_no_trace(consultation, organiser):
    before = verbs_of(consultation)

    actions.edit_consultation(consultation, title=consultation.title, presentation="", by=organiser)

    assert verbs_of(consultation) == before


def test_the_journal_keeps_the_dates_of_an_edit_and_no_text(consultation, organiser, now):
    was = consultation.opens_publicly_at
    later = now + timedelta(days=3)

    actions.edit_consultation(consultation, opens_publicly_at=later, title="Titre nouveau", by=organiser)

    entry = JournalEntry.objects.of(consultation).first()
    assert entry.details == {
        "fields": ["opens_publicly_at", "title"],
        "dates": {"opens_publicly_at": [was.isoformat(), later.isoformat()]},
    }


def test_a_consultation_may_take_back_a_former_address(consultation, organiser):
    actions.edit_consultation(consultation, slug="deux", by=organiser)
    actions.edit_consultation(consultation, slug="innovation-urbaine", by=organiser)

    assert Consultation.objects.get(pk=consultation.pk).slug == "innovation-urbaine"
    assert list(SlugHistory.objects.values_list("slug", flat=True)) == ["deux"]


def test_nothing_is_edited_in_an_archived_consultation_until_it_leaves_the_archives(consultation, organiser, now):
    actions.archive_consultation(consultation, by=organiser, now=now)
    with pytest.raises(PermissionDenied):
        actions.edit_consultation(Consultation.objects.get(pk=consultation.pk), title="Autre", by=organiser)

    reopened = actions.reopen_consultation(consultation, by=organiser)

    assert actions.edit_consultation(reopened, title="Autre", by=organiser).title == "Autre"
    assert verbs_of(consultation)[-3:] == ["consultation.archived", "consultation.reopened", "consultation.edited"]


def test_archiving_twice_is_recorded_once(consultation, organiser, now):
    actions.archive_consultation(consultation, by=organiser, now=now)
    actions.archive_consultation(consultation, by=organiser, now=now + timedelta(hours=1))

    assert verbs_of(consultation).count("consultation.archived") == 1
    assert Consultation.objects.get(pk=consultation.pk).archived_at == now


def test_a_new_wording_of_the_charter_is_a_new_version(consultation, participant, organiser):
    first = consultation.charter

    second = actions.publish_charter(consultation, title="Charte", body="Écouter davantage.", by=organiser)

    assert (first.version, second.version) == (1, 2)
    assert first.html.strip() != second.html.strip()
    assert Consultation.objects.get(pk=consultation.pk).charter == second
    assert list(LegalAcceptance.objects.filter(user=participant).values_list("text", flat=True)) == [first.pk]


def test_the_same_charter_published_again_changes_nothing(consultation, organiser):
    again = actions.publish_charter(
        consultation, title=consultation.charter.title, body=consultation.charter.body, by=organiser
    )

    assert again == consultation.charter
    assert JournalEntry.objects.filter(verb="charter.published").count() == 1


def test_an_empty_charter_is_refused(consultation, organiser):
    with pytest.raises(ValidationError) as refusal:
        actions.publish_charter(consultation, title="Charte", body=" \n ", by=organiser)

    assert list(refusal.value.error_dict) == ["body"]
