"""Ateliers in the organiser space."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.consultations.fetch import STAFF_PAGES, fetch_consultation
from concertation.consultations.views.confirming import Question, confirmed
from concertation.consultations.views.refusals import add_saved_message, add_to_form, status_of, tried
from concertation.documents.conflicts import CHOICE, THEIRS, VERSION, Clash, Version, is_conflict
from concertation.permissions import may, require
from concertation.texts.diff import compare
from concertation.texts.templatetags.french import quoted
from concertation.viewer import viewer_of

from .. import actions
from ..actions.programme import AGENDA, agenda_version
from ..fetch import fetch_to
from ..forms import AgendaFormSet, AtelierForm, CancelForm, TeamForm, topics_of, values_for_copy
from ..models import Atelier, AtelierRole
from ..seats_left import places_of
from ..states import announcement_of, state_of


@never_cache
@login_required
@require_safe
def manage(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    """List every atelier of the consultation, drafts included, with what is left to do."""
    now = timezone.now()
    consultation = fetch_consultation(request, slug, follows=STAFF_PAGES)
    require(viewer_of(request), "ateliers.enter_organiser_space", consultation)
    rows = list(Atelier.objects.visible_to(viewer_of(request), consultation).order_by("-starts_at", "-number"))
    for one in rows:
        one.consultation = consultation
    places = places_of(rows)
    context = {
        "consultation": consultation,
        "section": "ateliers",
        "rows": [(one, state_of(one, places[one.pk], now), places[one.pk]) for one in rows],
        "may_organise": may(viewer_of(request), "ateliers.organise", consultation),
    }
    return render(request, "ateliers/manage.html", context)


@never_cache
@login_required
def create(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_consultation(request, slug)
    require(viewer_of(request), "ateliers.organise", consultation)
    form = AtelierForm(request.POST or None, consultation=consultation)
    made = tried(form, lambda: actions.create_atelier(consultation, by=request.user, **form.cleaned_data))
    if made is not None:
        return _prepared(request, made)
    context = {"consultation": consultation, "section": "ateliers", "form": form}
    return render(request, "ateliers/create.html", context, status=status_of(form))


@never_cache
@login_required
def duplicate(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    source = fetch_to(request, slug, number, "ateliers.organise")
    consultation = source.consultation
    form = AtelierForm(request.POST or None, consultation=consultation, initial=values_for_copy(source))
    made = tried(form, lambda: actions.duplicate_atelier(source, by=request.user, **form.cleaned_data))
    if made is not None:
        return _prepared(request, made)
    context = {"consultation": consultation, "section": "ateliers", "form": form, "source": source}
    return render(request, "ateliers/create.html", context, status=status_of(form))


@never_cache
@login_required
def edit(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    now = timezone.now()
    atelier = fetch_to(request, slug, number, "ateliers.organise")
    form = AtelierForm(request.POST or None, instance=atelier, consultation=atelier.consultation)
    shortage: actions.Shortage | None = None
    if request.method == "POST" and form.is_valid():
        stored = Atelier.objects.select_related("consultation").get(pk=atelier.pk)
        values = {**form.values(), "agreed": request.POST.get("agreed", "")}
        try:
            actions.edit_atelier(stored, by=request.user, now=now, **values)
        except actions.Shortage as refusal:
            shortage = refusal
        except ValidationError as refusal:
            add_to_form(form, refusal)
        else:
            add_saved_message(request, form, _("L’atelier est enregistré."))
            return redirect("ateliers:edit", slug, number)
    context = _managing(atelier, form=form, tab="edit", shortage=shortage)
    return render(request, "ateliers/edit.html", context, status=status_of(form))


@never_cache
@login_required
def agenda(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    now = timezone.now()
    atelier = fetch_to(request, slug, number, "ateliers.edit_programme")
    forms = _agenda_forms(request, atelier)
    version, clashes = request.POST.get(VERSION) or str(agenda_version(atelier)), []
    if request.method == "POST" and forms.is_valid():
        lines = [form.line for form in forms if form.line is not None]
        try:
            if request.POST.get(f"{CHOICE}{AGENDA}") != THEIRS:
                expected = Version.parse(request.POST.get(VERSION, ""))
                actions.set_agenda(atelier, lines=lines, expected_version=expected, by=request.user, now=now)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            if is_conflict(refusal):
                version, clashes = str(agenda_version(atelier)), [_agenda_clash(atelier, lines)]
        else:
            messages.success(request, _("Le déroulé est enregistré."))
            return redirect("ateliers:agenda", slug, number)
    context = _managing(atelier, formset=forms, tab="agenda", version=version, clashes=clashes)
    return render(request, "ateliers/agenda.html", context, status=409 if clashes else 200)


def _agenda_forms(request: AuthenticatedHttpRequest, atelier: Atelier) -> Any:
    """Return a form for each line of the programme of the day, as sent or as stored."""
    kept = [
        {"item": one.pk, "minutes": one.minutes, "title": one.title, "speakers": one.speakers, "topic": one.topic_id}
        for one in atelier.agenda.all()
    ]
    data = request.POST if request.method == "POST" else None
    return AgendaFormSet(data, initial=kept, form_kwargs={"topics": topics_of(atelier, viewer_of(request))})


def _agenda_clash(atelier: Atelier, lines: Sequence[actions.AgendaLine]) -> Clash:
    """Return the stored programme of the day, beside a typed one that was based on an older version."""
    theirs, mine = (
        "\n".join(" · ".join(str(part) for part in (one.title, one.minutes, one.speakers) if part) for one in kept)
        for kept in (atelier.agenda.all(), lines)
    )
    return Clash(AGENDA, _("Déroulé"), theirs, compare(theirs, mine))


@never_cache
@login_required
def team(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    atelier = fetch_to(request, slug, number, "ateliers.organise")
    form = TeamForm(request.POST if request.method == "POST" else None, atelier=atelier)
    if request.method == "POST" and form.is_valid():
        roles = AtelierRole.Role
        for name, role in (("facilitators", roles.FACILITATOR), ("rapporteurs", roles.RAPPORTEUR)):
            people, seen = form.cleaned_data[name], form.seen(name)
            actions.set_team(atelier, people=people, role=role, seen=seen, by=request.user)
        messages.success(request, _("L’équipe de l’atelier est enregistrée."))
        return redirect("ateliers:team", slug, number)
    return render(request, "ateliers/team.html", _managing(atelier, form=form, tab="team"))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    now = timezone.now()
    atelier = fetch_to(request, slug, number, "ateliers.organise")
    question = Question(
        section="ateliers",
        page_name=_("Annoncer l’atelier"),
        title=_("Annoncer l’atelier %(title)s") % {"title": quoted(atelier.title)},
        text=announcement_of(atelier, now),
        confirm=_("Annoncer l’atelier"),
        back=reverse("ateliers:edit", args=[slug, number]),
        done=_("L’atelier est annoncé."),
        danger=False,
    )
    act = partial(actions.publish_atelier, atelier, by=request.user, now=now)
    return confirmed(request, atelier.consultation, question, act)


@never_cache
@login_required
def cancel(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    now = timezone.now()
    atelier = fetch_to(request, slug, number, "ateliers.organise")
    form = CancelForm(request.POST if request.method == "POST" else None)
    gone = tried(form, lambda: actions.cancel_atelier(atelier, **form.cleaned_data, by=request.user, now=now))
    if gone is not None:
        messages.success(request, _("L’atelier est annulé. Les personnes inscrites sont prévenues."))
        return redirect("ateliers:detail", slug, number)
    registered = atelier.registrations.active().count()
    return render(request, "ateliers/cancel.html", _managing(atelier, form=form, tab="edit", registered=registered))


def _prepared(request: AuthenticatedHttpRequest, made: Atelier) -> HttpResponse:
    title = quoted(made.title)
    messages.success(request, _("L’atelier %(title)s est préparé. Il reste à l’annoncer.") % {"title": title})
    return redirect("ateliers:edit", made.consultation.slug, made.number)


def _managing(atelier: Atelier, **others: Any) -> dict[str, Any]:
    now = timezone.now()
    stored = Atelier.objects.select_related("consultation").get(pk=atelier.pk)
    return {
        "consultation": stored.consultation,
        "section": "ateliers",
        "atelier": stored,
        "is_over": stored.is_over(now),
        **others,
    }
