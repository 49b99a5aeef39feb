"""Roles and invitations in the organiser space."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.texts.direction import isolated
from concertation.texts.templatetags.french import of

from ..actions import end_role, give_role
from ..actions.roles import role_name
from ..fetch import STAFF_PAGES, fetch_to_manage
from ..forms.people import RoleForm
from ..models import Invitation, Membership
from ..roles import held
from .confirming import Question, confirmed
from .refusals import tried

PER_PAGE = 50


@never_cache
@login_required
def roles(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    if request.method != "POST":
        return _roles_page(request, slug)
    consultation = fetch_to_manage(request, slug)
    form = RoleForm(request.POST or None, consultation=consultation)
    given = tried(form, lambda: give_role(consultation, by=request.user, now=timezone.now(), **form.cleaned_data))
    if given is not None:
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
