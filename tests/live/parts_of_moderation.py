"""Pages of moderation, for ``test_asking_again.py``."""

from contributions import actions

HERE = "/c/innovation-urbaine/moderation/"


def deciding_on(contribution):
    return f"{HERE}{contribution.number}/"


def another_deciding_meanwhile(contribution, consultation, moderator, administrator):
    yield moderator, deciding_on(contribution), "Décisions déjà prises"
    actions.hide_contribution(contribution, reason=consultation.reasons.first(), by=administrator)


def a_report_coming_meanwhile(contribution, consultation, moderator, other_participant):
    yield moderator, deciding_on(contribution), "Ce ton blesse."
    reason = consultation.reasons.first()
    actions.report_contribution(contribution, reason=reason, text="Ce ton blesse.", by=other_participant)


def another_wording_meanwhile(contribution, moderator, participant):
    yield moderator, deciding_on(contribution), "Mieux dit."
    actions.edit_contribution(contribution, body="Mieux dit.", by=participant)


SCENES = [another_deciding_meanwhile, a_report_coming_meanwhile, another_wording_meanwhile]
