"""The home page of the site and the presentation of a consultation, for ``test_asking_again.py``."""

from datetime import date

from ateliers import actions as meeting
from concertation.consultations import actions as organising
from concertation.consultations.models import News, Partner
from concertation.pages.legal.actions import publish_legal_text, record_audit

HOME = "/"


def a_phase_being_renamed(open_phase, visitor, organiser):
    yield visitor, HOME, "Les outils"
    organising.edit_phase(open_phase, title="Les outils", by=organiser)


def a_consultation_opening_at_once(consultation, visitor, organiser, now):
    organising.edit_consultation(consultation, opens_publicly_at=None, by=organiser)
    yield visitor, HOME, consultation.title
    organising.edit_consultation(consultation, opens_publicly_at=now, by=organiser)


def a_consultation_closing_to_the_public(consultation, visitor, organiser):
    yield visitor, HOME, consultation.title
    organising.edit_consultation(consultation, opens_publicly_at=None, by=organiser)


def a_consultation_being_archived(consultation, visitor, organiser):
    yield visitor, HOME, consultation.title
    organising.archive_consultation(consultation, by=organiser)


def an_atelier_being_announced(draft, visitor, organiser, now):
    yield visitor, HOME, draft.title
    meeting.publish_atelier(draft, by=organiser, now=now)


def an_atelier_closing_to_the_public(atelier, visitor, organiser, now):
    yield visitor, HOME, atelier.title
    meeting.edit_atelier(atelier, access="committees", by=organiser, now=now)


def an_atelier_of_the_committees(atelier, partner, organiser, now):
    meeting.edit_atelier(atelier, access="committees", by=organiser, now=now)
    yield partner, HOME, "Atelier des quais"
    meeting.edit_atelier(atelier, title="Atelier des quais", by=organiser, now=now)


def a_phase_of_a_consultation_that_is_not_public(consultation, open_phase, partner, organiser):
    organising.edit_consultation(consultation, opens_publicly_at=None, by=organiser)
    yield partner, HOME, "Les outils"
    organising.edit_phase(open_phase, title="Les outils", by=organiser)


def a_charter_on_the_presentation(consultation, visitor, organiser):
    yield visitor, "/c/innovation-urbaine/presentation/", "Notre charte"
    organising.publish_charter(consultation, title="Notre charte", body="Écouter.", by=organiser)


def a_partner_on_the_presentation(consultation, visitor, organiser):
    yield visitor, "/c/innovation-urbaine/presentation/", "La Halle"
    organising.create_item(Partner, consultation, name="La Halle", by=organiser)


def news_on_the_front_page(consultation, visitor, organiser):
    yield visitor, "/c/innovation-urbaine/", "Le bilan est paru"
    organising.create_item(News, consultation, title="Le bilan est paru", by=organiser)


def a_legal_page_being_published(administrator, visitor):
    yield visitor, "/contact/", "Écrivez-nous en mairie."
    publish_legal_text("contact", body="Écrivez-nous en mairie.", by=administrator)


def an_audit_of_accessibility(administrator, visitor):
    yield visitor, "/accessibilite/", "partiellement conforme"
    found = {"audited_on": date(2026, 11, 2), "auditor": "Un cabinet", "applicable": 80, "met": 60}
    record_audit(**found, by=administrator)


SCENES = [
    news_on_the_front_page,
    a_legal_page_being_published,
    an_audit_of_accessibility,
    a_phase_being_renamed,
    a_consultation_opening_at_once,
    a_consultation_closing_to_the_public,
    a_consultation_being_archived,
    an_atelier_being_announced,
    an_atelier_closing_to_the_public,
    an_atelier_of_the_committees,
    a_phase_of_a_consultation_that_is_not_public,
    a_charter_on_the_presentation,
    a_partner_on_the_presentation,
]
