"""Answering an invitation: the page says what the link grants before anything is granted."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from concertation.accounts.models import User

from ..actions.invitations import accept_invitation, check_usable, find_invitation
from ..actions.roles import role_name
from ..models import Consultation, Invitation, Participation


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link grants nothing, because mail filters open links too; pressing the button does."""
    now = timezone.now()
    try:
        invitation = find_invitation(token)
        check_usable(invitation, now)
        if request.method == "POST" and isinstance(request.user, User):
            return _accepted(request, accept_invitation(token, user=request.user, now=now))
    except ValidationError as refusal:
        return _refused(request, token, refusal)
    context = {
        "invitation": invitation,
        "invited_to": invitation.consultation,
        "role": role_name(invitation.consultation, invitation.role),
        "next": request.path,
    }
    return render(request, "consultations/invitation.html", context)


def _accepted(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    consultation = invitation.consultation
    role = role_name(consultation, invitation.role)
    messages.success(request, _("Invitation acceptée. Votre rôle : %(role)s.") % {"role": role})
    joined = Participation.objects.filter(consultation=consultation, user=request.user.pk).exists()
    return redirect("consultations:home" if joined else "consultations:join", consultation.slug)


def _refused(request: HttpRequest, token: str, refusal: ValidationError) -> HttpResponse:
    """A link that grants nothing any more is gone (410); one that never existed is not found (404)."""
    unknown = refusal.code == "unknown"
    mine: Consultation | None = None
    if not unknown and request.user.is_authenticated:
        invitation = find_invitation(token)
        mine = invitation.consultation if invitation.accepted_by_id == request.user.pk else None
    context = {"refusal": refusal.messages[0], "mine": mine}
    return render(request, "consultations/invitation_refused.html", context, status=404 if unknown else 410)
