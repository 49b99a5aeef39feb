"""Accept an invitation: the page shows what the link grants before it is granted."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from concertation.accounts.codes import awaits_code, check_code, send_code
from concertation.accounts.forms import CodeForm
from concertation.accounts.models import User

from ..actions.invitations import accept_invitation, check_usable, find_invitation, is_for
from ..actions.roles import role_name
from ..models import Consultation, Invitation, Participation


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Grant on POST only, because mail filters open links too."""
    now = timezone.now()
    try:
        invitation = find_invitation(token)
        check_usable(invitation, now)
        if request.method == "POST" and isinstance(request.user, User):
            if not is_for(invitation, request.user):
                return _accepted_by_code(request, request.user, token, invitation)
            return _accepted(request, accept_invitation(token, user=request.user, now=now))
    except ValidationError as refusal:
        return _refused(request, token, refusal)
    return _shown(request, invitation)


def _shown(request: HttpRequest, invitation: Invitation, form: CodeForm | None = None) -> HttpResponse:
    is_other = isinstance(request.user, User) and not is_for(invitation, request.user)
    asked = is_other and awaits_code(request, invitation.email)
    context = {
        "is_other": is_other,
        "sent_to": masked(invitation.email),
        "form": form or (CodeForm() if asked else None),
        "invitation": invitation,
        "invited_to": invitation.consultation,
        "role": role_name(invitation.consultation, invitation.role),
        "next": request.path,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "consultations/invitation.html", context, status=status)


def _accepted_by_code(request: HttpRequest, user: User, token: str, invitation: Invitation) -> HttpResponse:
    """For an account with another address: send a code to the invited address, then check the code."""
    now = timezone.now()
    if "code" not in request.POST:
        try:
            send_code(request, invitation.email, now=now)
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
        return redirect("consultations:invitation", token)
    form = CodeForm({"adresse": invitation.email, "code": request.POST["code"]})
    if form.is_valid():
        try:
            check_code(request, invitation.email, form.cleaned_data["code"], now=now)
        except ValidationError as refusal:
            form.add_error("code", refusal)
        else:
            return _accepted(request, accept_invitation(token, user=user, now=now, proved_address=invitation.email))
    return _shown(request, invitation, form)


def masked(address: str) -> str:
    """Hide most of an address (« c…@ville.fr »): its owner recognises it, and others do not learn it."""
    name, _at, domain = address.partition("@")
    return f"{name[:1]}…@{domain}"


def _accepted(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    consultation = invitation.consultation
    role = role_name(consultation, invitation.role)
    messages.success(request, _("Invitation acceptée. Votre rôle : %(role)s.") % {"role": role})
    here = Participation.objects.filter(consultation=consultation)
    joined = request.user.is_authenticated and here.filter(user=request.user).exists()
    return redirect("consultations:home" if joined else "consultations:join", consultation.slug)


def _refused(request: HttpRequest, token: str, refusal: ValidationError) -> HttpResponse:
    """Answer 410 for a link that no longer grants anything; an unknown one is a 404."""
    unknown = refusal.code == "unknown"
    mine: Consultation | None = None
    if not unknown and request.user.is_authenticated:
        invitation = find_invitation(token)
        mine = invitation.consultation if invitation.accepted_by_id == request.user.pk else None
    context = {"refusal": refusal.messages[0], "mine": mine}
    return render(request, "consultations/invitation_refused.html", context, status=404 if unknown else 410)
