"""One consultation with a few objects of every kind, so that every address of the site has one."""

import re
import uuid
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import transaction

from ateliers import actions as ateliers
from concertation.consultations import actions as consultations
from concertation.consultations.models import Document, News, Partner, Role
from concertation.documents.labels import FIRST, Label
from concertation.letters import actions as letters
from concertation.letters.mails import token_of
from concertation.live.actions import announced_together
from concertation.notices.actions import notify
from concertation.notices.models import Message
from concertation.pages.legal.texts import PAGES
from concertation.syntheses.coding import actions as coding
from concertation.syntheses.publishing import actions as publishing
from concertation.syntheses.writing import actions as writing
from contributions import actions as contributions
from contributions.corpus_files import export_corpus
from tests.jobs.worker import run_jobs
from tests.kept_rows import kept
from tests.personas import joins, person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'


@kept
def people(
    visitor,
    newcomer,
    participant,
    other_participant,
    partner,
    director,
    moderator,
    facilitator,
    organiser,
    stranger_moderator,
    administrator,
):
    """Return the personas by name, in the order of the table's columns."""
    given = locals()
    return {name: given[name] for name in list(given)}


@kept
def world(people, consultation, open_phase, topic, atelier_held, synthesis_published, now):
    """Return the values of the arguments of addresses: by argument, or by page and argument."""
    organiser, participant = people["organiser"], people["participant"]
    document = consultations.create_item(
        Document, consultation, title="Note de cadrage", file=ContentFile(b"%PDF-1.4", "note.pdf"), by=organiser
    )
    partner = consultations.create_item(
        Partner, consultation, name="Grande-Rive", logo=ContentFile(SVG, "logo.svg"), by=organiser
    )
    consultations.create_item(News, consultation, title="Le bilan est paru", body="À lire.", by=organiser)
    invitation = consultations.invite(
        consultation, email="invitee@exemple.fr", role=Role.MODERATOR, organisation=None, by=organiser, now=now
    )
    letter = letters.create_letter(consultation, subject="La suite", body="Bonjour.", groups=["tous"], by=organiser)
    named = consultations.find_or_create_organisation("Ville de Lyon", by=organiser)
    consultations.edit_participation(
        consultation.participations.get(user=participant), organisation=named, by=participant
    )
    suspended = joins(person("suspendue"), consultation, now=now)
    consultations.suspend_participation(
        suspended, reason=consultation.reasons.first(), message="Restons sur les idées.", now=now, by=organiser
    )
    with transaction.atomic(), announced_together():
        notice = notify(
            participant, kind="test", obj=consultation, title="Bonjour", url="/", text="", at_once=False, now=now
        )
    job = export_corpus(consultation, "csv", by=organiser)
    run_jobs(kind="contributions.corpus")
    run_jobs(key__endswith=":json")
    table, note = atelier_held
    contribution, extract, recommendation, section, synthesis, evidence = synthesis_published
    return {
        "slug": consultation.slug,
        "pages page": PAGES["contact"],
        "consultations:phase pk": open_phase.pk,
        "consultations:document pk": document.pk,
        "consultations:partner_logo pk": partner.pk,
        "consultations:phase_edit pk": open_phase.pk,
        "consultations:phase_delete pk": open_phase.pk,
        "consultations:topic_new pk": open_phase.pk,
        "consultations:topics_several pk": open_phase.pk,
        "consultations:phase_copy pk": open_phase.pk,
        "consultations:topic_copy pk": topic.pk,
        "consultations:topic_move pk": open_phase.pk,
        "consultations:topic_edit pk": topic.pk,
        "consultations:topic_delete pk": topic.pk,
        "consultations:former_texts pk": topic.pk,
        "name": uuid.uuid4(),
        "consultations:trial kind": "contribution",
        "consultations:trial pk": contribution.number,
        "kind": "thematique",
        "liste": "natures",
        "consultations:list_edit pk": consultation.natures.first().pk,
        "consultations:list_delete pk": consultation.natures.first().pk,
        "consultations:role_end pk": consultation.memberships.filter(role=Role.MODERATOR).get().pk,
        "consultations:organisation_merge pk": named.pk,
        "consultations:organisation_separate pk": named.pk,
        "consultations:speaker_confirm pk": consultation.participations.get(user=participant).pk,
        "consultations:speaker_refuse pk": consultation.participations.get(user=participant).pk,
        "consultations:suspend pk": consultation.participations.get(user=participant).pk,
        "consultations:suspension_lift pk": suspended.pk,
        "consultations:invitation_resend pk": invitation.pk,
        "consultations:invitation_revoke pk": invitation.pk,
        "token": re.search(r"/invitation/([^/\s]+)", Message.objects.get(address=invitation.email).text)[1],
        "letters pk": letter.pk,
        "letters:subscription token": token_of(consultation.participations.get(user=participant).pk),
        "contributions:topic pk": topic.pk,
        "contributions:post pk": topic.pk,
        "contributions:acts pk": topic.pk,
        "contributions number": contribution.number,
        "extension": "csv",
        "ateliers number": table.atelier.number,
        "ateliers:cancel_for pk": 0,
        "ateliers:note pk": note.pk,
        "ateliers:remove_note pk": note.pk,
        "syntheses:read number": synthesis.number,
        "syntheses:version number": synthesis.number,
        "syntheses:download number": synthesis.number,
        "syntheses:version_by_order number": synthesis.number,
        "syntheses:download_by_order number": synthesis.number,
        "label": FIRST,
        "syntheses:changes number": synthesis.number,
        "syntheses:changes label": Label(1, 1),
        "rest": "json",
        "syntheses:version_by_order order": 1,
        "syntheses:download_by_order order": 1,
        "fmt": "json",
        "syntheses:code number": contribution.number,
        "syntheses:extract number": contribution.number,
        "syntheses:mark_read number": contribution.number,
        "syntheses:delete_extract pk": extract.pk,
        "syntheses:recommendation number": recommendation.number,
        "syntheses:cite number": recommendation.number,
        "syntheses:uncite pk": evidence.pk,
        "syntheses number": synthesis.number,
        "syntheses pk": section.pk,
        "notices:read pk": notice.pk,
        "jobs pk": job.pk,
        "accounts:saved_form key": "inconnu",
    }


@kept
def atelier_held(consultation, organiser, facilitator, now):
    atelier = ateliers.create_atelier(
        consultation,
        title="Atelier des rives",
        starts_at=now + 7 * DAY,
        ends_at=now + 7 * DAY + HOUR,
        place="Halle aux Grains, Lille",
        seats_on_site=2,
        by=organiser,
    )
    ateliers.publish_atelier(atelier, by=organiser, now=now)
    ateliers.edit_atelier(atelier, starts_at=now - DAY, ends_at=now - DAY + HOUR, by=organiser, now=now)
    table = ateliers.add_table(atelier, title="Table bleue", by=facilitator)
    note = ateliers.write_note(table, text="Il manque des lieux d’essai.", by=facilitator, now=now)
    return table, note


@kept
def synthesis_published(consultation, topic, organiser, participant, other_participant, now):
    contribution = contributions.post_contribution(
        topic, title="Des lieux d’essai", body="Il manque des lieux d’essai.", by=participant, now=now
    )
    contributions.post_contribution(topic, parent=contribution, body="Pour qui ?", by=other_participant, now=now)
    extract = coding.create_extract(contribution, start=0, end=28, by=organiser, now=now)
    recommendation = writing.create_recommendation(consultation, title="Ouvrir des lieux d’essai", by=organiser)
    evidence = writing.cite(recommendation, extract=extract, stance="supports", by=organiser)
    synthesis = writing.create_synthesis(consultation, title="Synthèse d’étape", by=organiser)
    section = writing.add_section(synthesis, title="Les lieux", by=organiser)
    writing.place_recommendation(section, recommendation=recommendation, by=organiser)
    publishing.publish_synthesis(synthesis, by=organiser, now=now)
    writing.edit_section(section, title="Lieux d’essai", body="", by=organiser)
    publishing.publish_synthesis(synthesis, is_correction=True, by=organiser, now=now)
    return contribution, extract, recommendation, section, synthesis, evidence
