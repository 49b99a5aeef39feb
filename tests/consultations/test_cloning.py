"""A new draft is made of a consultation that exists: what an organiser set up, and nothing of the people."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from ateliers import actions as ateliers
from ateliers.models import Atelier
from concertation.consultations import actions
from concertation.consultations.cloning import Clone, parts
from concertation.consultations.models import (
    Consultation,
    Document,
    Membership,
    News,
    Partner,
    Phase,
    Stake,
    Territory,
    Topic,
)
from concertation.journal.models import JournalEntry
from contributions.actions import post_contribution
from tests.reading import words

PARIS = ZoneInfo("Europe/Paris")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Rows that a copy has none of, with the way from the row to its consultation.
NOT_COPIED = {
    "consultations.Participation": "consultation", "consultations.Invitation": "consultation",
    "consultations.News": "consultation", "consultations.SlugHistory": "consultation",
    "contributions.Contribution": "consultation", "contributions.Keyword": "consultation",
    "ateliers.Registration": "atelier__consultation", "ateliers.AtelierRole": "atelier__consultation",
    "syntheses.Synthesis": "consultation", "syntheses.Recommendation": "consultation",
}  # fmt: skip


@pytest.fixture
def source(consultation, past_phase, topic, participant, moderator, organiser, now):
    """A consultation with something of everything, whose first phase opens in the winter of 2026."""
    actions.edit_phase(
        past_phase, opens_at=datetime(2026, 1, 12, 9, tzinfo=PARIS), closes_at=datetime(2026, 2, 1, 18, tzinfo=PARIS),
        natures=consultation.natures.all()[:2], by=organiser,
    )  # fmt: skip
    actions.create_topic(topic.phase, title="Sous", question="Où ?", parent=topic, position=0, by=organiser)
    post_contribution(topic, body="Des bancs.", by=participant)
    actions.edit_topic(topic, pinned_quote="Des bancs.", pinned_number=1, introduction="**Ici**.", by=organiser)
    actions.create_item(Stake, consultation, label="Sobriété", by=organiser)
    actions.create_item(News, consultation, title="Le bilan", by=organiser)
    parent = actions.create_item(Territory, consultation, name="Les rives", code="R", by=organiser)
    child = actions.create_item(Territory, consultation, name="Le quai", code="Q", parent=parent, by=organiser)
    document = actions.create_item(
        Document, consultation, title="Note", file=ContentFile(b"%PDF-1.4", "note.pdf"), by=organiser
    )
    host = actions.create_item(Partner, consultation, name="Grande-Rive", by=organiser)
    held = ateliers.create_atelier(
        consultation, title="Les rives", starts_at=datetime(2026, 1, 20, 14, tzinfo=PARIS), place="Halle",
        ends_at=datetime(2026, 1, 20, 16, tzinfo=PARIS), registration_opens_at=datetime(2026, 1, 13, 8, tzinfo=PARIS),
        join_link="https://visio.exemple.fr/1", hosts=[host], phases=[topic.phase], territories=[child], by=organiser,
    )  # fmt: skip
    lines = [ateliers.AgendaLine(title="Accueil", minutes=10, topic=topic)]
    (item,) = ateliers.set_agenda(held, lines=lines, by=organiser, now=now)
    item.documents.set([document])
    ateliers.publish_atelier(held, by=organiser, now=now)
    return Consultation.objects.get(pk=consultation.pk)


@pytest.fixture
def clone(source, organiser, settings):
    settings.ORGANISERS_CREATE = True
    return actions.clone_consultation(source, title="La suite", starts_on=date(2026, 7, 6), by=organiser)


@pytest.mark.parametrize(
    "who", ["participant", "partner", "moderator", "facilitator", "organiser", "stranger_moderator"]
)
def test_only_those_who_may_create_one_and_organise_this_one_copy_it(request, consultation, who, settings, now):
    person = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        actions.clone_consultation(consultation, title="La suite", by=person)
    settings.ORGANISERS_CREATE = True
    if who != "organiser":
        with pytest.raises(PermissionDenied):
            actions.clone_consultation(consultation, title="La suite", by=person)
    assert Consultation.objects.filter(title="La suite").count() == 0


def test_the_copy_is_a_draft_with_the_same_texts_and_its_own_organiser(clone, source, organiser):
    assert (clone.slug, clone.opens_publicly_at, clone.archived) == ("la-suite", None, False)
    assert (clone.summary, clone.steering_name, clone.zone) == (source.summary, source.steering_name, source.zone)
    assert (clone.charter.body, clone.charter.version) == (source.charter.body, 1)
    assert clone.charter.pk != source.charter.pk
    held = [(one.user, one.role) for one in Membership.objects.filter(consultation=clone)]
    assert held == [(organiser, "organiser")]


def test_dates_are_shifted_from_the_new_start_at_the_same_hours(clone, source):
    first, second = clone.phases.in_order()

    assert first.opens_at == datetime(2026, 7, 6, 9, tzinfo=PARIS)
    assert first.closes_at == datetime(2026, 7, 26, 18, tzinfo=PARIS)
    was = source.phases.in_order()[1]
    assert second.opens_at.astimezone(PARIS).time() == was.opens_at.astimezone(PARIS).time()
    assert second.opens_at.astimezone(PARIS).date() - was.opens_at.astimezone(PARIS).date() == 175 * DAY


def test_phases_and_topics_are_copied_without_what_was_said_in_them(clone, source):
    def told(consultation):
        phases = consultation.phases.in_order()
        topics = Topic.objects.filter(phase__consultation=consultation).in_order()
        return (
            [(one.title, one.access, [str(nature) for nature in one.natures.all()]) for one in phases],
            [(one.title, one.question, one.introduction_html, one.parent and one.parent.title) for one in topics],
        )

    assert told(clone) == told(source)
    topic = Topic.objects.get(phase__consultation=clone, title="Expérimenter")
    assert (topic.contribution_count, topic.pinned_quote, topic.pinned_number, topic.last_said_at) == (
        0,
        "",
        None,
        None,
    )
    natures = {one.consultation_id for phase in clone.phases.all() for one in phase.natures.all()}
    assert natures == {clone.pk}


def test_lists_partners_and_documents_are_copied(clone, source):
    for name in ("natures", "actor_kinds", "actor_families", "stakes", "reasons", "partners", "documents"):
        theirs, ours = getattr(source, name).all(), getattr(clone, name).all()
        assert (name, [str(one) for one in ours]) == (name, [str(one) for one in theirs])
        assert not {one.pk for one in ours} & {one.pk for one in theirs}
    assert {kind.family.consultation_id for kind in clone.actor_kinds.all() if kind.family} <= {clone.pk}
    assert clone.documents.get().file.read() == b"%PDF-1.4"
    quay = Territory.objects.get(consultation=clone, name="Le quai")
    assert (quay.parent.name, quay.parent.consultation) == ("Les rives", clone)


def test_ateliers_are_copied_as_drafts_without_registrations_or_link(clone, source):
    atelier = Atelier.objects.get(consultation=clone)

    assert (atelier.number, atelier.state, atelier.join_link, atelier.place) == (1, "draft", "", "Halle")
    assert atelier.starts_at == datetime(2026, 7, 14, 14, tzinfo=PARIS)
    assert atelier.registration_opens_at == datetime(2026, 7, 7, 8, tzinfo=PARIS)
    item = atelier.agenda.get()
    related = [atelier.hosts.get(), atelier.phases.get(), atelier.territories.get(), item.documents.get()]
    assert {one.consultation_id for one in related} == {clone.pk}
    assert (item.title, item.topic.phase.consultation) == ("Accueil", clone)


@pytest.mark.parametrize(("model", "path"), NOT_COPIED.items())
def test_nobody_and_nothing_that_they_wrote_is_copied(clone, model, path):
    assert apps.get_model(model)._base_manager.filter(**{path: clone}).count() == 0


def test_its_journal_begins_with_one_entry(clone, source):
    entries = JournalEntry.objects.filter(consultation_id=clone.pk)

    assert [(one.verb, one.details) for one in entries] == [("consultation.cloned", {"source": source.slug})]


def test_the_source_is_unchanged_and_an_archived_one_is_copied_too(source, administrator, now):
    archived = actions.archive_consultation(source, by=administrator, now=now)
    before = [list(one.objects.filter(consultation=source).values()) for one in (Phase, Atelier, Document)]

    made = actions.clone_consultation(archived, title="La suite", starts_on=date(2027, 1, 4), by=administrator)

    assert not made.archived
    assert [list(one.objects.filter(consultation=source).values()) for one in (Phase, Atelier, Document)] == before


def test_an_app_adds_its_part_in_one_function(source, administrator):
    def part(clone: Clone) -> None:
        Stake.objects.create(consultation=clone.target, label="D’une autre app", position=99)

    parts._hooks.append(part)
    try:
        made = actions.clone_consultation(source, title="La suite", by=administrator)
    finally:
        parts._hooks.remove(part)

    assert str(made.stakes.last()) == "D’une autre app"
    assert made.phases.in_order()[0].opens_at == source.phases.in_order()[0].opens_at


def test_the_organiser_makes_it_from_the_settings(as_organiser, space, source, settings):
    assert "Reprendre cette concertation" not in words(as_organiser.get(f"{space}reglages/"))
    settings.ORGANISERS_CREATE = True
    assert "Reprendre cette concertation" in words(as_organiser.get(f"{space}reglages/"))
    page = f"{space}reglages/reprendre/"
    assert list(as_organiser.post(page, {"title": "", "starts_on": ""}).context["form"].errors) == [
        "title",
        "starts_on",
    ]
    assert as_organiser.post(page, {"title": "La suite", "starts_on": "0003-01-01"}).status_code == 422

    answer = as_organiser.post(page, {"title": "La suite", "starts_on": "2027-03-01"})

    assert answer["Location"] == "/c/la-suite/organiser/"
    assert "a créé la concertation en reprenant innovation-urbaine" in words(as_organiser.get("/c/la-suite/journal/"))


def test_without_phases_no_date_is_asked(as_organiser, administrator, organiser, client):
    bare = actions.create_consultation(slug="nue", title="Nue", organiser=administrator, by=administrator)
    bare.phases.all().delete()
    client.force_login(administrator)

    page = client.get("/c/nue/organiser/reglages/reprendre/")

    assert list(page.context["form"].fields) == ["title", "client_uuid"]
    assert client.post("/c/nue/organiser/reglages/reprendre/", {"title": "Autre"}).status_code == 302
