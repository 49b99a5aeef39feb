"""The lists of a consultation: added to, changed, put in order, and emptied only of what nothing uses."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from concertation.consultations import actions
from concertation.consultations.actions.frame import item_edited
from concertation.consultations.models import (
    ActorFamily,
    ActorKind,
    Consultation,
    Nature,
    Partner,
    Reason,
    Stake,
    Territory,
)
from concertation.journal.models import JournalEntry
from concertation.live.models import Event

pytestmark = pytest.mark.django_db


def test_only_the_organiser_changes_the_lists(consultation, moderator, facilitator, director, stranger_moderator):
    for person in (moderator, facilitator, director, stranger_moderator):
        with pytest.raises(PermissionDenied):
            actions.create_item(Stake, consultation, label="Sobriété", by=person)

    assert Stake.objects.count() == 0


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Stake, {"label": "Sobriété"}),
        (ActorFamily, {"label": "Presse"}),
        (ActorKind, {"label": "Journaliste"}),
        (Reason, {"label": "Spam", "explanation": "Envoi automatique."}),
        (Partner, {"name": "Cerema"}),
        (Nature, {"singular": "question", "plural": "questions"}),
        (Territory, {"name": "Grand-Paris", "code": "MGP"}),
    ],
)
def test_a_line_is_added_changed_and_deleted(consultation, organiser, model, fields):
    item = actions.create_item(model, consultation, by=organiser, **fields)
    name = next(iter(fields))
    edited = actions.edit_item(item, by=organiser, **{name: "Autrement"})
    actions.delete_item(edited, by=organiser)

    kind = model._meta.model_name
    verbs = JournalEntry.objects.of(item).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == [f"{kind}.created", f"{kind}.edited", f"{kind}.deleted"]
    assert not model.objects.filter(pk=item.pk).exists()


def test_a_word_is_in_a_list_only_once(consultation, organiser):
    actions.create_item(Stake, consultation, label="Sobriété", by=organiser)

    with pytest.raises(ValidationError) as refusal:
        actions.create_item(Stake, consultation, label="Sobriété", by=organiser)

    assert refusal.value.message_dict == {"label": ["«\u00a0Sobriété\u202f» est déjà dans cette liste."]}


def test_two_consultations_may_hold_the_same_word(consultation, other_consultation, organiser, administrator):
    actions.create_item(Stake, consultation, label="Sobriété", by=organiser)
    actions.create_item(Stake, other_consultation, label="Sobriété", by=administrator)

    assert Stake.objects.count() == 2


def test_a_nature_gets_a_code_that_stays(consultation, organiser):
    first = actions.create_item(Nature, consultation, singular="Idée reçue", plural="Idées reçues", by=organiser)
    second = actions.create_item(Nature, consultation, singular="idée reçue", plural="idées", by=organiser)
    edited = actions.edit_item(first, singular="Préjugé", by=organiser)

    assert (first.code, second.code, edited.code) == ("idee-recue", "idee-recue-2", "idee-recue")


@pytest.mark.parametrize("colour", ["rouge", "#12", "#1a6b5c; } body { display: none"])
def test_a_colour_is_a_colour_and_nothing_else(consultation, organiser, colour):
    with pytest.raises(ValidationError) as refusal:
        actions.create_item(Nature, consultation, singular="x", plural="xs", colour=colour, by=organiser)

    assert list(refusal.value.error_dict) == ["colour"]


def test_a_kind_of_actor_that_someone_chose_is_not_deleted(consultation, participant, organiser):
    chosen = consultation.participations.get(user=participant).actor_kind
    unused = consultation.actor_kinds.get(family=None)

    with pytest.raises(ValidationError):
        actions.delete_item(chosen, by=organiser)
    actions.delete_item(unused, by=organiser)

    assert list(consultation.actor_kinds.filter(pk__in=[chosen.pk, unused.pk])) == [chosen]


def test_a_family_that_a_kind_of_actor_has_is_not_deleted(consultation, organiser):
    used = consultation.actor_families.first()
    unused = actions.create_item(ActorFamily, consultation, label="Presse", by=organiser)

    with pytest.raises(ValidationError) as refusal:
        actions.delete_item(used, by=organiser)
    actions.delete_item(unused, by=organiser)

    assert refusal.value.code == "used"
    assert list(consultation.actor_families.filter(pk__in=[used.pk, unused.pk])) == [used]


def test_a_kind_of_actor_has_a_family_of_its_consultation_or_none(
    consultation, other_consultation, organiser, administrator
):
    stranger = actions.create_item(ActorFamily, other_consultation, label="Presse", by=administrator)
    kind = consultation.actor_kinds.first()

    for act in (
        lambda: actions.create_item(ActorKind, consultation, label="Journaliste", family=stranger, by=organiser),
        lambda: actions.edit_item(kind, family=stranger, by=organiser),
    ):
        with pytest.raises(ValidationError) as refusal:
            act()
        assert list(refusal.value.message_dict) == ["family"]

    assert actions.edit_item(kind, family=None, by=organiser).family is None


def test_a_nature_that_a_phase_offers_is_not_deleted(consultation, open_phase, organiser):
    with pytest.raises(ValidationError):
        actions.delete_item(open_phase.natures.first(), by=organiser)

    assert consultation.natures.count() == 7


def test_a_stake_that_a_contribution_bears_is_not_deleted(consultation, topic, participant, organiser, now):
    from contributions.models import Contribution

    stake = actions.create_item(Stake, consultation, label="Sobriété", by=organiser)
    author = consultation.participations.get(user=participant)
    contribution = Contribution.objects.create(consultation=consultation, topic=topic, author=author, state="draft")
    contribution.stakes.add(stake)

    with pytest.raises(ValidationError):
        actions.delete_item(stake, by=organiser)

    assert list(contribution.stakes.all()) == [stake]


def test_official_territories_belong_to_nobody(organiser):
    with pytest.raises(ValidationError):
        actions.delete_item(Territory.objects.get(kind="region", code="11"), by=organiser)

    assert Territory.objects.filter(consultation=None).count() == 120


def test_higher_apps_hear_of_a_new_wording_and_not_of_an_edit_that_changes_nothing(consultation, organiser):
    heard = []

    def hear(item, changed, now):
        heard.append((str(item), changed))
        return []

    item_edited.offer(hear)
    nature = consultation.natures.first()

    actions.edit_item(nature, singular=nature.singular, by=organiser)
    actions.edit_item(nature, singular="manque", by=organiser)

    item_edited._sources.remove(hear)
    assert heard == [("Manque", ["singular"])]


def test_a_list_is_put_in_the_order_asked(consultation, organiser):
    ids = list(consultation.reasons.values_list("pk", flat=True))

    actions.reorder_items(Reason, consultation, ids[::-1], by=organiser)

    assert list(consultation.reasons.values_list("pk", flat=True)) == ids[::-1]


@pytest.mark.parametrize(
    ("model", "fields"), [(Reason, {"label": "Sans rapport", "use": "hide"}), (Stake, {"label": "Sobriété"})]
)
def test_a_list_that_no_reader_is_shown_is_news_for_the_teams_alone(consultation, organiser, model, fields):
    already, before = Event.objects.count(), consultation.version

    item = actions.create_item(model, consultation, **fields, by=organiser)
    actions.edit_item(item, label="Autre chose", by=organiser)
    actions.reorder_items(model, consultation, [item.pk], by=organiser)
    actions.delete_item(item, by=organiser)

    told = Event.objects.order_by("pk").values_list("room__key", flat=True)[already:]
    assert set(told) == {f"staff_pages:{consultation.pk}:staff"}
    assert Consultation.objects.get(pk=consultation.pk).version > before
