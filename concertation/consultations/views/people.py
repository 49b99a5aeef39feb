"""Roles and invitations in the organiser space."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.texts.direction import isolated
from concertation.texts.templatetags.french import of

from ..actions import end_role, give_role, invite_many, resend_invitation, revoke_invitation
from ..actions.roles import role_name
from ..fetch import STAFF_PAGES, fetch_to_manage
from ..forms.people import InviteForm, RoleForm
from ..invitation_mails import with_state
from ..models import Consultation, Invitation, Membership
from ..roles import held
from .confirming import Question, confirmed
from .refusals import add_to_form

PER_PAGE = 50


@never_cache
@login_required
def roles(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    if request.method != "POST":
        return _roles_page(request, slug)
    consultation = fetch_to_manage(request, slug)
    form = RoleForm(request.POST or None, consultation=consultation)
    if form.is_valid():
        try:
            given = give_role(consultation, by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, _given(given))
            return redirect("consultations:roles", consultation.slug)
    return _roles_page(request, slug, form)


def _given(given: Membership | Invitation) -> str:
    if isinstance(given, Membership):
        return _("Le rôle est donné à %(name)s.") % {"name": isolated(given.user)}
    return _("Aucun compte n’a cette adresse : une invitation part à %(email)s.") % {"email": given.email}


def _roles_page(request: AuthenticatedHttpRequest, slug: str, form: RoleForm | None = None) -> HttpResponse:
    consultation = fetch_to_manage(request, slug, follows=STAFF_PAGES)
    context = {
        "consultation": consultation,
        "section": "roles",
        "form": form or RoleForm(consultation=consultation),
        "groups": held(consultation, timezone.now()),
    }
    return render(request, "organiser/roles.html", context)


@never_cache
@login_required
def role_end(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    membership = get_object_or_404(Membership.objects.select_related("user"), consultation=consultation, pk=pk)
    role = {
        "name": isolated(membership.user),
        "of_name": of(membership.user),
        "role": role_name(consultation, membership.role),
    }
    question = Question(
        section="roles",
        page_name=_("Mettre fin au rôle"),
        title=_("Mettre fin au rôle %(of_name)s ?") % role,
        text=_("%(name)s n’aura plus le rôle « %(role)s » et en sera prévenu par courriel.") % role,
        confirm=_("Mettre fin au rôle"),
        back=reverse("consultations:roles", args=[consultation.slug]),
        done=_("Le rôle %(of_name)s est terminé.") % role,
    )
    act = partial(end_role, membership, by=request.user, now=timezone.now())
    return confirmed(request, consultation, question, act)


@never_cache
@login_required
def invitations(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    if request.method != "POST":
        return _invitations_page(request, slug)
    consultation = fetch_to_manage(request, slug)
    form = InviteForm(request.POST or None, consultation=consultation)
    if form.is_valid():
        try:
            sent = _invite(request, consultation, form)
        except ValidationError as refusal:
            add_to_form(form, refusal)
        else:
            told = ngettext("%(n)d invitation est en route.", "%(n)d invitations sont en route.", sent) % {"n": sent}
            messages.success(request, told)
            return redirect("consultations:invitations", consultation.slug)
    return _invitations_page(request, slug, form)


@login_required
@require_POST
def invitation_resend(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    invitation = get_object_or_404(Invitation, consultation=consultation, pk=pk)
    try:
        resend_invitation(invitation, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("Une nouvelle lettre part à %(email)s.") % {"email": invitation.email})
    return redirect("consultations:invitations", consultation.slug)


@never_cache
@login_required
def invitation_revoke(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    invitation = get_object_or_404(Invitation, consultation=consultation, pk=pk)
    letter = {"email": invitation.email}
    question = Question(
        section="invitations",
        page_name=_("Annuler l’invitation"),
        title=_("Annuler l’invitation envoyée à %(email)s ?") % letter,
        text=_("Le lien déjà envoyé ne donnera plus aucun rôle. Vous pourrez inviter de nouveau cette adresse."),
        confirm=_("Annuler l’invitation"),
        back=reverse("consultations:invitations", args=[consultation.slug]),
        done=_("L’invitation envoyée à %(email)s est annulée.") % letter,
    )
    act = partial(revoke_invitation, invitation, by=request.user, now=timezone.now())
    return confirmed(request, consultation, question, act)


def _invite(request: AuthenticatedHttpRequest, consultation: Consultation, form: InviteForm) -> int:
    invited = invite_many(
        consultation,
        people=form.cleaned_data["addresses"],
        role=form.cleaned_data["role"],
        organisation=form.organisation_found(by=request.user),
        open_to_others=form.cleaned_data["open_to_others"],
        by=request.user,
        now=timezone.now(),
    )
    return len(invited)


def _invitations_page(request: AuthenticatedHttpRequest, slug: str, form: InviteForm | None = None) -> HttpResponse:
    consultation = fetch_to_manage(request, slug, follows=STAFF_PAGES)
    rows = Invitation.objects.filter(consultation=consultation).select_related(
        "organisation__merged_into", "accepted_by"
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "consultation": consultation,
        "section": "invitations",
        "form": form or InviteForm(consultation=consultation),
        "page": page,
        "letters": with_state(consultation, page.object_list, timezone.now()),
    }
    return render(request, "organiser/invitations.html", context)
