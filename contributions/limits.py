"""How often one person may publish, react and report: each consultation sets its own numbers."""

from django.utils.translation import gettext_lazy as _

from concertation.consultations.limits import Limit, limits

_TEXTS = _("Vous avez publié beaucoup de textes en peu de temps. Gardez le vôtre\u00a0: publiez-le dans %(wait)s.")


def register() -> None:
    limits.add(Limit("contribution.posted", lambda consultation: consultation.most_texts, _TEXTS))
    limits.add(Limit("contribution.edited", lambda consultation: consultation.most_texts, _TEXTS))
    limits.add(
        Limit(
            "contribution.reacted",
            lambda consultation: consultation.most_reactions,
            _("Vous avez réagi à beaucoup de textes en peu de temps. Réessayez dans %(wait)s."),
        )
    )
    limits.add(
        Limit(
            "contribution.reported",
            lambda consultation: consultation.most_reports,
            _("Vous avez signalé beaucoup de textes en peu de temps. Réessayez dans %(wait)s."),
        )
    )
