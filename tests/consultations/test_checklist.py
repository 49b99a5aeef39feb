"""The check list before the opening: what is missing, why it matters, the page that mends it."""

from datetime import timedelta

import pytest

from ateliers import actions as ateliers
from concertation.consultations import actions
from concertation.consultations.checklist import checks_of
from concertation.consultations.invitation_mails import MailState, with_state
from concertation.consultations.models import ActorKind, Consultation, Membership, Nature
from concertation.notices.models import Message
from concertation.pages.legal.actions import publish_legal_text
from concertation.pages.legal.texts import PAGES, blanks_in, completed
from concertation.viewer import Viewer
from tests.reading import words

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def bare(administrator, organiser, now):
    """A draft as it is created."""
    return actions.create_consultation(slug="nue", title="Nue", organiser=organiser, by=administrator)


@pytest.fixture
def ready(consultation, topic, moderator, administrator, organiser, now):
    """A draft of which nothing is missing."""
    for page in PAGES.values():
        body = completed(page.model, dict.fromkeys(blanks_in(page.model), "Dit."))
        publish_legal_text(page.slug, body=body, by=administrator)
    actions.invite(consultation, email="invitee@exemple.fr", role="", organisation=None, by=organiser, now=now)
    draft = actions.edit_consultation(consultation, opens_publicly_at=None, by=organiser)
    phase = draft.phases.get(title="Besoins")
    actions.edit_phase(phase, opens_at=now - 29 * DAY, closes_at=now + DAY, by=organiser)
    actions.create_topic(phase, title="Sobriété", question="Que faut-il changer ?", by=organiser)
    return Consultation.objects.get(pk=draft.pk)


def missing(consultation, user, now):
    return [one.label.replace("\u00a0", " ") for one in checks_of(Viewer(user, now), consultation)]


def test_a_new_draft_misses_almost_everything(bare, organiser, now):
    assert missing(bare, organiser, now) == [
        "Aucune phase", "Charte à publier", "Personne ne modère", "Personne n’est invité",
        *(f"Page légale à remplir : {page.title}" for page in PAGES.values()),
    ]  # fmt: skip


def test_of_a_ready_draft_nothing_is_missing(ready, organiser, now):
    assert missing(ready, organiser, now) == []


def test_only_those_who_may_open_it_are_told_and_only_until_then(bare, organiser, moderator, now):
    actions.grant_role(bare, user=moderator, role="moderator", by=organiser)

    assert missing(bare, moderator, now) == []
    opened = actions.open_consultation(bare, now=now, by=organiser)
    assert missing(opened, organiser, now) == []


def past_phase_dates(ready, organiser, now):
    actions.edit_phase(ready.phases.get(title="Besoins"), closes_at=now - HOUR, by=organiser)


def opening_after_a_phase(ready, organiser, now):
    actions.open_consultation(ready, at=now + 2 * DAY, now=now, by=organiser)


def phases_out_of_order(ready, organiser, now):
    actions.edit_phase(ready.phases.get(title="Besoins"), opens_at=now - DAY, by=organiser)


def phase_without_topics(ready, organiser, now):
    actions.delete_topic(ready.phases.get(title="Besoins").topics.get(), by=organiser)


def topic_without_question(ready, organiser, now):
    actions.edit_topic(ready.phases.get(title="Besoins").topics.get(), question="", by=organiser)


def phase_without_natures(ready, organiser, now):
    actions.edit_phase(ready.phases.get(title="Besoins"), natures=[], by=organiser)


def no_natures(ready, organiser, now):
    for phase in ready.phases.all():
        actions.edit_phase(phase, natures=[], allows_contributions=False, by=organiser)
    for one in Nature.objects.filter(consultation=ready):
        actions.delete_item(one, by=organiser)


def no_kinds(ready, organiser, now):
    ready.participations.all().delete()
    for one in ActorKind.objects.filter(consultation=ready):
        actions.delete_item(one, by=organiser)


def moderator_gone(ready, organiser, now):
    actions.end_role(Membership.objects.get(consultation=ready, role="moderator"), by=organiser, now=now - HOUR)


def mails_refused(ready, organiser, now):
    Message.objects.filter(sent=None).update(failed=now - HOUR, error="550 refused")


def mails_refused_long_ago(ready, organiser, now):
    Message.objects.filter(sent=None).update(failed=now - 8 * DAY, error="550 refused")


def mail_tried_in_vain(ready, organiser, now):
    Message.objects.filter(sent=None).update(attempts=1, error="Connection refused")


def draft_atelier(ready, organiser, now, ends=2 * DAY):
    ateliers.create_atelier(ready, title="Les rives", starts_at=now + ends - HOUR, ends_at=now + ends, by=organiser)


def past_atelier(ready, organiser, now):
    draft_atelier(ready, organiser, now, ends=-DAY)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (past_phase_dates, ["Phase terminée avant l’ouverture : Besoins"]),
        (opening_after_a_phase, ["Phase terminée avant l’ouverture : Besoins"]),
        (phases_out_of_order, ["Phases dans le désordre"]),
        (phase_without_topics, ["Phase sans thématique : Besoins"]),
        (topic_without_question, ["Thématique sans question : Sobriété"]),
        (phase_without_natures, ["Phase sans nature : Besoins"]),
        (no_natures, ["Aucune nature"]),
        (no_kinds, ["Aucun type d’acteur"]),
        (moderator_gone, ["Personne ne modère"]),
        (mails_refused, ["Courriels refusés"]),
        (mails_refused_long_ago, []),
        (mail_tried_in_vain, ["Courriels refusés"]),
        (draft_atelier, ["Atelier non annoncé : Les rives"]),
        (past_atelier, ["Atelier passé : Les rives"]),
    ],
)
def test_what_is_spoiled_is_told(ready, organiser, now, spoil, told):
    spoil(ready, organiser, now)

    assert missing(Consultation.objects.get(pk=ready.pk), organiser, now) == told


def test_a_moderator_who_was_asked_and_did_not_answer_is_told(bare, organiser, now):
    actions.invite(bare, email="moderatrice@exemple.fr", role="moderator", organisation=None, by=organiser, now=now)

    told = {one.label: (one.text, one.url) for one in checks_of(Viewer(organiser, now), bare)}
    text, url = told["Personne ne modère"]
    assert (text, url) == ("Une invitation à modérer attend sa réponse.", "/c/nue/organiser/invitations/")


def test_an_invitation_to_moderate_that_has_expired_awaits_no_answer(bare, organiser, now):
    sent = actions.invite(
        bare, email="moderatrice@exemple.fr", role="moderator", organisation=None, by=organiser, now=now
    )
    sent.expires_at = now
    sent.save(update_fields=["expires_at"])

    told = {one.label: (one.text, one.url) for one in checks_of(Viewer(organiser, now), bare)}
    text, url = told["Personne ne modère"]
    assert (text[:16], url) == ("Les signalements", "/c/nue/organiser/roles/")
    assert [one.state for one in with_state(bare, bare.invitations.all(), now)] == [MailState.EXPIRED]


def test_each_line_leads_where_it_is_mended(as_organiser, bare, organiser, now):
    for one in checks_of(Viewer(organiser, now), bare):
        assert (one.label, as_organiser.get(one.url).status_code, bool(one.text)) == (one.label, 200, True)


def test_the_list_is_on_both_pages_until_it_is_public(as_organiser, bare, organiser, now):
    pages = ("/c/nue/organiser/", "/c/nue/organiser/ouvrir/")
    for page in pages:
        told = words(as_organiser.get(page))
        assert "8 points à voir. Ils n’empêchent pas d’ouvrir." in told
        assert "Personne ne modère Les signalements" in told

    actions.open_consultation(bare, by=organiser)

    assert ["Avant d’ouvrir" in words(as_organiser.get(page)) for page in pages] == [False, False]


def test_the_list_costs_no_more_for_three_phases_than_for_one(bare, organiser, now, count_queries):
    def add(n):
        phase = actions.create_phase(bare, title=f"P{n}", opens_at=now, closes_at=now + 30 * DAY, by=organiser)
        actions.create_topic(phase, title=f"T{n}", by=organiser)

    add(1)
    one = count_queries(lambda: missing(bare, organiser, now))
    add(2)
    add(3)

    assert count_queries(lambda: missing(bare, organiser, now)) == one
