"""Pages of contributions and of syntheses, for ``test_asking_again.py``."""

from concertation.accounts.actions import rename_user
from concertation.consultations import actions as organising
from concertation.syntheses.publishing.actions import publish_synthesis
from concertation.syntheses.writing import actions as writing
from contributions import actions

HERE = "/c/innovation-urbaine/"
SYNTHESIS = f"{HERE}syntheses/1/"
CITED = "Une petite commune renonce avant la fin."


def a_version_being_published(synthesis, recommendation, extract, visitor, organiser, now):
    writing.cite(recommendation, extract=extract, stance="supports", by=organiser)
    yield visitor, f"{HERE}syntheses/", "Version 1"
    publish_synthesis(synthesis, now=now, by=organiser)


def a_version_seen_on_the_front_page(synthesis, recommendation, extract, visitor, organiser, now):
    writing.cite(recommendation, extract=extract, stance="supports", by=organiser)
    yield visitor, HERE, "Version 1"
    publish_synthesis(synthesis, now=now, by=organiser)


def a_newer_version(version, synthesis, visitor, organiser, now):
    writing.edit_synthesis(
        synthesis, title="Synthèse relue", kind=synthesis.kind, introduction="", method="", phases=[], by=organiser
    )
    yield visitor, f"{SYNTHESIS}versions/1.0/", "Vous lisez une version antérieure"
    publish_synthesis(synthesis, now=now, by=organiser)


def what_a_version_cites_being_hidden(version, contribution, visitor, consultation, moderator):
    yield visitor, SYNTHESIS, CITED
    actions.hide_contribution(contribution, reason=consultation.reasons.first(), by=moderator)


def what_a_version_changed_being_hidden(
    version, synthesis, recommendation, topic, visitor, consultation, participant, organiser, moderator, now
):
    said = actions.post_contribution(topic, body="Les marchés nous échappent.", by=participant, now=now)
    writing.cite(recommendation, contribution=said, stance="supports", by=organiser)
    publish_synthesis(synthesis, is_correction=True, now=now, by=organiser)
    yield visitor, f"{SYNTHESIS}versions/1.1/changements/", "Les marchés nous échappent."
    actions.hide_contribution(said, reason=consultation.reasons.first(), by=moderator)


def what_a_version_cites_being_restored(version, contribution, visitor, consultation, moderator):
    actions.hide_contribution(contribution, reason=consultation.reasons.first(), by=moderator)
    yield visitor, SYNTHESIS, CITED
    reason = consultation.reasons.to_restore().first()
    actions.restore_contribution(contribution, reason=reason, message="Relu.", by=moderator)


def what_a_version_cites_being_taken_back(version, contribution, visitor, participant):
    yield visitor, SYNTHESIS, CITED
    actions.withdraw_contribution(contribution, by=participant)


def what_a_draft_cites_being_hidden(
    synthesis, recommendation, extract, contribution, partner, consultation, organiser, moderator
):
    writing.cite(recommendation, extract=extract, stance="supports", by=organiser)
    yield partner, SYNTHESIS, CITED
    actions.hide_contribution(contribution, reason=consultation.reasons.first(), by=moderator)


def who_a_draft_cites_being_renamed(synthesis, recommendation, extract, partner, participant, organiser):
    writing.cite(recommendation, extract=extract, stance="supports", by=organiser)
    yield partner, SYNTHESIS, "Nadia Bonnet"
    rename_user(participant, display_name="Nadia Bonnet", by=participant)


def the_kind_of_who_a_draft_cites(synthesis, recommendation, extract, contribution, partner, organiser):
    writing.cite(recommendation, extract=extract, stance="supports", by=organiser)
    yield partner, SYNTHESIS, "Autre famille"
    organising.edit_item(contribution.actor_kind, label="Autre famille", by=organiser)


def a_draft_citing_more(synthesis, recommendation, extract, partner, organiser):
    yield partner, SYNTHESIS, CITED
    writing.cite(recommendation, extract=extract, stance="supports", by=organiser)


def a_draft_citing_less(synthesis, recommendation, extract, partner, organiser):
    evidence = writing.cite(recommendation, extract=extract, stance="supports", by=organiser)
    yield partner, SYNTHESIS, CITED
    writing.uncite(evidence, by=organiser)


def a_draft_being_rewritten(synthesis, recommendation, partner, organiser):
    yield partner, SYNTHESIS, "Un guide partagé"
    writing.edit_recommendation(
        recommendation, title="Un guide partagé", body="", kind=recommendation.kind, status="ready", by=organiser
    )


def a_draft_losing_a_recommendation(synthesis, recommendation, partner, organiser):
    yield partner, SYNTHESIS, "R-01"
    writing.unplace_recommendation(synthesis.sections.get().placements.get(), by=organiser)


def a_draft_gaining_a_section(synthesis, partner, organiser):
    yield partner, SYNTHESIS, "Habiter autrement"
    writing.add_section(synthesis, title="Habiter autrement", body="Du texte.", by=organiser)


def a_draft_losing_a_section(synthesis, partner, organiser):
    yield partner, SYNTHESIS, "Acheter autrement"
    writing.remove_section(synthesis.sections.get(), by=organiser)


def a_section_being_rewritten(synthesis, partner, organiser):
    yield partner, SYNTHESIS, "Acheter ensemble"
    writing.edit_section(synthesis.sections.get(), title="Acheter ensemble", body="", by=organiser)


def a_draft_being_begun(consultation, partner, organiser):
    yield partner, f"{HERE}syntheses/", "Synthèse finale"
    writing.create_synthesis(consultation, title="Ce que nous retenons", kind="final", by=organiser)


def history(contribution):
    return f"{HERE}contributions/{contribution.number}/historique/"


def a_text_being_reworded(contribution, visitor, participant):
    yield visitor, history(contribution), "Mieux dit"
    actions.edit_contribution(contribution, body="Mieux dit.", by=participant)


def a_text_with_a_history_being_hidden(contribution, visitor, participant, consultation, moderator):
    actions.edit_contribution(contribution, body="Mieux dit.", by=participant)
    yield visitor, history(contribution), "Mieux dit"
    actions.hide_contribution(contribution, reason=consultation.reasons.first(), by=moderator)


def a_text_with_a_history_being_taken_back(contribution, visitor, participant):
    yield visitor, history(contribution), "Nos marchés"
    actions.withdraw_contribution(contribution, by=participant)


def a_text_with_a_history_moving_out_of_sight(contribution, past_topic, visitor, organiser, consultation, moderator):
    organising.edit_phase(past_topic.phase, access="committees", by=organiser)
    yield visitor, history(contribution), "Nos marchés"
    actions.move_thread(contribution, to=past_topic, reason=consultation.reasons.to_move().first(), by=moderator)


SCENES = [
    a_version_being_published,
    a_version_seen_on_the_front_page,
    a_newer_version,
    what_a_version_cites_being_hidden,
    what_a_version_changed_being_hidden,
    what_a_version_cites_being_restored,
    what_a_version_cites_being_taken_back,
    what_a_draft_cites_being_hidden,
    who_a_draft_cites_being_renamed,
    the_kind_of_who_a_draft_cites,
    a_draft_citing_more,
    a_draft_citing_less,
    a_draft_being_rewritten,
    a_draft_losing_a_recommendation,
    a_draft_gaining_a_section,
    a_draft_losing_a_section,
    a_section_being_rewritten,
    a_draft_being_begun,
    a_text_being_reworded,
    a_text_with_a_history_being_hidden,
    a_text_with_a_history_being_taken_back,
    a_text_with_a_history_moving_out_of_sight,
]
