"""The organiser space: "À traiter", the list of consultations, and the settings of one."""

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.accounts.models import LegalText
from concertation.permissions import may, require
from concertation.texts.direction import isolated
from concertation.texts.templatetags.french import quoted
from concertation.texts.words import sort_key
from concertation.viewer import viewer_of

from ..actions import (
    archive_consultation,
    create_consultation,
    delete_consultation,
    edit_consultation,
    is_deletable,
    publish_charter,
    reopen_consultation,
)
from ..checklist import checks_of
from ..fetch import STAFF_PAGES, fetch_consultation, fetch_to_manage
from ..forms.consultation import CharterForm, ConsultationForm
from ..forms.creation import CreationForm, without_lists_of
from ..models import Consultation
from ..presets import PRESETS, USUAL
from ..programme import visible_programme
from ..roles import bearers_of_committee_names
from ..todo import todo_items, todo_rooms
from .confirming import Question, confirmed
from .refusals import add_saved_message, status_of, tried

_ARCHIVING = (
    gettext_lazy("Archiver la concertation"),
    gettext_lazy(
        "Elle reste lisible de tous ceux qui la lisent. Plus rien ne peut y être écrit, ni modifié, et elle quitte "
        "l’accueil du site. Vous pourrez la sortir des archives."
    ),
    gettext_lazy("La concertation est archivée : on peut la lire, on n’y écrit plus."),
)
_REOPENING = (
    gettext_lazy("Sortir des archives"),
    gettext_lazy(
        "On pourra de nouveau y écrire dans les phases ouvertes, l’équipe pourra la modifier, et elle revient à "
        "l’accueil du site si elle est publique."
    ),
    gettext_lazy("La concertation est sortie des archives."),
)


@never_cache
@login_required
@require_safe
def manage(request: AuthenticatedHttpRequest) -> HttpResponse:
    """List the consultations in which the viewer is staff; all of them for the administrator."""
    run = sorted(Consultation.objects.run_by(viewer_of(request)), key=lambda one: sort_key(one.title))
    context = {
        "consultations": sorted(run, key=lambda one: one.archived),
        "may_create": may(viewer_of(request), "consultations.create_consultation"),
        "now": timezone.now(),
    }
    return render(request, "organiser/manage.html", context)


@never_cache
@login_required
def create(request: AuthenticatedHttpRequest) -> HttpResponse:
    require(viewer_of(request), "consultations.create_consultation")
    form = _creation_form(request)
    made = tried(form, lambda: create_consultation(**form.values(), by=request.user))
    if made is not None:
        title = quoted(made.title)
        messages.success(request, _("La concertation %(title)s est créée, en brouillon.") % {"title": title})
        return redirect("consultations:organiser", made.slug)
    context = {"form": form, "presets": PRESETS}
    return render(request, "organiser/create.html", context, status=status_of(form))


def _creation_form(request: AuthenticatedHttpRequest) -> CreationForm:
    """Return the form as sent; « Recalculer les dates » and a model show it again as typed, and create nothing."""
    preset = PRESETS.get(request.GET.get("modele", ""), USUAL)
    names_organiser = viewer_of(request).is_administrator
    if request.method == "POST" and "recalculer" not in request.POST:
        return CreationForm(request.POST, preset=preset, names_organiser=names_organiser)
    sent, former = request.POST.dict(), PRESETS.get(request.POST.get("modele", ""), preset)
    initial = sent if former is preset else without_lists_of(former, sent)
    return CreationForm(initial=initial, preset=preset, names_organiser=names_organiser)


@never_cache
@login_required
@require_safe
def todo(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    consultation = fetch_consultation(request, slug, follows=(*STAFF_PAGES, *(one.room for one in todo_rooms)))
    require(viewer_of(request), "consultations.enter_organiser_space", consultation)
    waiting = todo_items.gather(viewer_of(request), consultation)
    context = {
        "consultation": consultation,
        "section": "todo",
        "refreshed_by": " ".join(f"{one.obj}:{consultation.pk}" for one in todo_rooms),
        "checks": checks_of(viewer_of(request), consultation),
        "may_open": may(viewer_of(request), "consultations.organise", consultation) and not consultation.is_public(now),
        "items": sorted(waiting, key=lambda item: not item.urgent),
        "programme": visible_programme(viewer_of(request), consultation),
        "now": now,
        "is_public": consultation.is_public(now),
    }
    return render(request, "organiser/todo.html", context)


@never_cache
@login_required
def settings(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    form = ConsultationForm(
        request.POST or None, request.FILES or None, instance=consultation, consultation=consultation
    )
    edited = tried(form, lambda: edit_consultation(consultation, by=request.user, **form.values()))
    if edited is not None:
        add_saved_message(request, form, _("Les réglages sont enregistrés."))
        _warn_of_bearers(request, edited, form.changed_data)
        return redirect("consultations:settings", edited.slug)
    deletable = is_deletable(consultation, timezone.now())
    context = {
        "consultation": consultation,
        "section": "settings",
        "form": form,
        "deletable": deletable,
        "may_create": may(viewer_of(request), "consultations.create_consultation"),
    }
    return render(request, "organiser/settings.html", context, status=status_of(form))


def _warn_of_bearers(request: AuthenticatedHttpRequest, consultation: Consultation, changed: Sequence[str]) -> None:
    """Warn the organiser if participants have the name just given to a committee; new ones are refused it."""
    names = bearers_of_committee_names(consultation) if {"steering_name", "operational_name"} & set(changed) else []
    if names:
        warning = _(
            "Des personnes participent déjà sous le nom d’un comité\u00a0: %(names)s. Elles le gardent\u202f; "
            "demandez-leur d’en choisir un autre."
        )
        messages.warning(request, warning % {"names": ", ".join(map(isolated, names))})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    question = Question(
        section="settings",
        page_name=_("Supprimer la concertation"),
        title=_("Supprimer la concertation %(title)s") % {"title": quoted(consultation.title)},
        text=_("Ses réglages, ses phases et ses listes seront supprimés. Personne n’y a encore écrit."),
        confirm=_("Supprimer la concertation"),
        back=reverse("consultations:settings", args=[slug]),
        done=_("La concertation %(title)s est supprimée.") % {"title": quoted(consultation.title)},
        after=reverse("consultations:manage"),
    )
    return confirmed(request, consultation, question, lambda: delete_consultation(consultation, by=request.user))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def archive(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    """Archive the consultation, or take it out of the archives."""
    consultation = fetch_to_manage(request, slug)
    # What the page said decides, so that two clicks archive once.
    leaves = request.POST.get("archiver") == "non" if request.method == "POST" else consultation.archived
    words = _REOPENING if leaves else _ARCHIVING
    page_name, text, done = map(str, words)
    question = Question(
        section="settings",
        page_name=page_name,
        title=quoted(consultation.title),
        text=text,
        confirm=page_name,
        back=reverse("consultations:settings", args=[slug]),
        done=done,
        danger=not leaves,
        name="archiver",
        value="non" if leaves else "oui",
    )
    act = reopen_consultation if leaves else archive_consultation
    return confirmed(request, consultation, question, lambda: act(consultation, by=request.user))


@never_cache
@login_required
def charter(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    form = CharterForm(request.POST or None, instance=consultation.charter)
    published = tried(form, lambda: publish_charter(consultation, **form.cleaned_data, by=request.user))
    if published is not None:
        sentence = _("La version %(version)d de la charte est publiée.") % {"version": published.version}
        add_saved_message(request, form, sentence)
        return redirect("consultations:charter", consultation.slug)
    former = LegalText.objects.filter(key=f"charter:{consultation.pk}").exclude(pk=consultation.charter_id or 0)
    context = {"consultation": consultation, "section": "charter", "form": form, "former": former.order_by("-version")}
    return render(request, "organiser/charter.html", context, status=status_of(form))
