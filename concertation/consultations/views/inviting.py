"""Invite people from lines or a file, after a page that says what becomes of each line."""

from collections import Counter
from functools import partial
from typing import Any

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
from concertation.texts.templatetags.french import number as shown

from ..actions import invite_many, resend_invitation, revoke_invitation
from ..actions.inviting_many import Planned, plan_invitations
from ..actions.roles import role_name
from ..fetch import STAFF_PAGES, fetch_to_manage
from ..forms.inviting import InviteForm
from ..invitation_mails import with_state
from ..invited_lines import COLUMNS
from ..models import Consultation, Invitation
from .confirming import Question, confirmed
from .refusals import add_to_form

PER_PAGE = 50
# The values of the button: send when every line is good, or the good lines whatever the others.
ALL, GOOD = "toutes", "bonnes"


@never_cache
@login_required
def invitations(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    if request.method != "POST":
        return _invitations_page(request, slug)
    consultation = fetch_to_manage(request, slug)
    form = InviteForm(request.POST, request.FILES, consultation=consultation)
    if not form.is_valid():
        return _invitations_page(request, slug, form)
    act = request.POST.get("envoyer")
    if act not in (ALL, GOOD) or (form.lines.problems and act == ALL) or not form.lines.people:
        return _checked_page(request, consultation, form)
    try:
        planned = _invite(request, consultation, form)
    except ValidationError as refusal:
        add_to_form(form, refusal)
        return _invitations_page(request, slug, form)
    messages.success(request, _summary(planned))
    return redirect("consultations:invitations", consultation.slug)


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


def _invite(request: AuthenticatedHttpRequest, consultation: Consultation, form: InviteForm) -> list[Planned]:
    return invite_many(
        consultation,
        people=form.lines.people,
        message=form.cleaned_data["message"],
        open_to_others=form.cleaned_data["open_to_others"],
        by=request.user,
        now=timezone.now(),
    )


def _summary(planned: list[Planned]) -> str:
    sent = sum(one.fate.is_sent for one in planned)
    told = ngettext("%(n)d invitation est en route.", "%(n)d invitations sont en route.", sent) % {"n": sent}
    if others := len(planned) - sent:
        told += " " + ngettext(
            "%(n)d ligne n’a rien changé : déjà invitée, déjà là ou répétée.",
            "%(n)d lignes n’ont rien changé : déjà invitées, déjà là ou répétées.",
            others,
        ) % {"n": others}
    return told


def _checked_page(request: AuthenticatedHttpRequest, consultation: Consultation, form: InviteForm) -> HttpResponse:
    """Show what becomes of each line, and the errors; nothing is written."""
    planned = plan_invitations(consultation, form.lines.people, now=timezone.now())
    fates = Counter(one.fate for one in planned)
    sent = sum(number for fate, number in fates.items() if fate.is_sent)
    context = {
        "consultation": consultation,
        "section": "invitations",
        "form": form,
        "fates": [[fate.label, shown(number)] for fate, number in sorted(fates.items())],
        "fates_caption": _("Ce que deviennent les lignes"),
        "fates_columns": [_("Ce qu’elles deviennent"), _("Lignes")],
        "fates_numeric": [1],
        "sent": sent,
        "columns": [
            _("Ligne"),
            _("Nom"),
            _("Adresse"),
            _("Rôle"),
            _("Vous êtes"),
            _("Organisation"),
            _("Territoire"),
            _("Ce qu’elle devient"),
        ],
        "lines": [_line(consultation, one) for one in planned],
        "wrong": len({problem.line for problem in form.lines.problems}),
        "act": GOOD if form.lines.problems else ALL,
        "submit": _submit(sent, some_wrong=bool(form.lines.problems)),
    }
    return render(request, "organiser/invitations_checked.html", context)


def _submit(sent: int, *, some_wrong: bool) -> str:
    if some_wrong:
        told = ngettext("Inviter la ligne bonne", "Inviter les %(n)d lignes bonnes", sent)
    else:
        told = ngettext("Envoyer l’invitation", "Envoyer les %(n)d invitations", sent)
    return told % {"n": sent}


def _line(consultation: Consultation, planned: Planned) -> list[Any]:
    person = planned.person
    about = (role_name(consultation, person.role), person.actor_kind, person.organisation, person.territory)
    return [str(person.line), person.name or "–", person.email, *(str(one or "–") for one in about), planned.fate.label]


def _invitations_page(request: AuthenticatedHttpRequest, slug: str, form: InviteForm | None = None) -> HttpResponse:
    consultation = fetch_to_manage(request, slug, follows=STAFF_PAGES)
    rows = Invitation.objects.filter(consultation=consultation).select_related(
        "organisation__merged_into", "accepted_by"
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "consultation": consultation,
        "section": "invitations",
        "columns": COLUMNS,
        "form": form or InviteForm(consultation=consultation),
        "page": page,
        "letters": with_state(consultation, page.object_list, timezone.now()),
    }
    return render(request, "organiser/invitations.html", context)
