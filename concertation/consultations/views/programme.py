"""Phases and topics in the organiser space."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.permissions import may, require
from concertation.texts.templatetags.french import quoted
from concertation.viewer import viewer_of

from ..actions import (
    create_phase,
    create_topic,
    create_topics,
    delete_phase,
    delete_topic,
    duplicate_phase,
    edit_phase,
    edit_topic,
    reorder,
)
from ..fetch import STAFF_PAGES, fetch_consultation, fetch_to_manage
from ..forms.lines import LinesForm
from ..forms.programme import PhaseCopyForm, PhaseForm, TopicCopyForm, TopicForm
from ..models import Consultation, Phase, Topic
from ..outline import TOPIC, TOPIC_BETWEEN
from ..programme import programme_of
from ..topics import topic_url
from .confirming import Question, confirmed
from .ordering import moved
from .refusals import add_saved_message, added, status_of, tried


@never_cache
@login_required
@require_safe
def programme(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_to_manage(request, slug, follows=STAFF_PAGES)
    phases = consultation.phases.prefetch_related("topics").in_order()
    context = {
        "consultation": consultation,
        "section": "programme",
        "phases": programme_of(consultation, phases, timezone.now()).phases,
    }
    return render(request, "organiser/programme.html", context)


@never_cache
@login_required
def phase_new(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    initial = {"natures": consultation.natures.all()}
    form = PhaseForm(request.POST or None, consultation=consultation, initial=initial)
    made = tried(form, lambda: create_phase(consultation, by=request.user, **form.cleaned_data))
    if made is not None:
        messages.success(request, _("La phase %(title)s est créée.") % {"title": quoted(made.title)})
        return redirect("consultations:programme", consultation.slug)
    return _form_page(request, consultation, form, _("Ajouter une phase"))


@never_cache
@login_required
def phase_edit(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    phase = get_object_or_404(Phase, consultation=consultation, pk=pk)
    form = PhaseForm(request.POST or None, instance=phase, consultation=consultation)
    done = tried(form, lambda: edit_phase(phase, by=request.user, **form.values()))
    if done is not None:
        add_saved_message(request, form, _("La phase est enregistrée."))
        return redirect("consultations:programme", consultation.slug)
    return _form_page(request, consultation, form, phase.title)


@never_cache
@login_required
def phase_copy(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    source = get_object_or_404(Phase.objects.select_related("consultation"), consultation=consultation, pk=pk)
    form = PhaseCopyForm(request.POST or None, source=source)
    made = tried(form, lambda: duplicate_phase(source, by=request.user, **form.cleaned_data))
    if made is not None:
        messages.success(request, _("La phase %(title)s est créée.") % {"title": quoted(made.title)})
        return redirect("consultations:programme", consultation.slug)
    return _form_page(request, consultation, form, _("Dupliquer la phase %(title)s") % {"title": quoted(source.title)})


@never_cache
@login_required
def phase_delete(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    phase = get_object_or_404(Phase, consultation=consultation, pk=pk)
    question = Question(
        section="programme",
        page_name=_("Supprimer la phase"),
        title=_("Supprimer la phase %(title)s") % {"title": quoted(phase.title)},
        text=_("La phase et ses réglages seront supprimés. On ne peut supprimer qu’une phase sans thématique."),
        confirm=_("Supprimer"),
        back=reverse("consultations:programme", args=[consultation.slug]),
        done=_("La phase %(title)s est supprimée.") % {"title": quoted(phase.title)},
    )
    return confirmed(request, consultation, question, lambda: delete_phase(phase, by=request.user))


@login_required
@require_POST
def phase_move(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    rows = Phase.objects.filter(consultation=consultation)
    reorder(rows, moved(rows, request.POST.get("deplacer", "")), by=request.user)
    return redirect("consultations:programme", consultation.slug)


@never_cache
@login_required
def topic_new(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    phase = get_object_or_404(Phase.objects.select_related("consultation"), consultation=consultation, pk=pk)
    form = TopicForm(request.POST or None, phase=phase)
    made = tried(form, lambda: create_topic(phase, by=request.user, **form.cleaned_data))
    if made is not None:
        messages.success(request, _("La thématique %(title)s est créée.") % {"title": quoted(made.title)})
        return redirect("consultations:programme", consultation.slug)
    title = _("Ajouter une thématique à la phase %(phase)s") % {"phase": quoted(phase.title)}
    return _form_page(request, consultation, form, title)


@never_cache
@login_required
def topics_several(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    phase = get_object_or_404(Phase.objects.select_related("consultation"), consultation=consultation, pk=pk)
    example = _(
        "Titre – question, qui peut manquer. Exemple : Se déplacer – Que manque-t-il pour aller au travail à vélo ?"
    )
    form = LinesForm(request.POST or None, columns=TOPIC, between=TOPIC_BETWEEN, example=example)
    done = tried(form, lambda: create_topics(phase, by=request.user, **form.values()))
    if done is not None:
        messages.success(request, added(form))
        return redirect("consultations:programme", consultation.slug)
    title = _("Ajouter plusieurs thématiques à la phase %(phase)s") % {"phase": quoted(phase.title)}
    return _form_page(request, consultation, form, title)


@never_cache
@login_required
def topic_copy(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    source = _fetch_topic(consultation, pk)
    form = TopicCopyForm(request.POST or None, source=source)
    made = tried(form, lambda: create_topic(by=request.user, **form.cleaned_data))
    if made is not None:
        messages.success(request, _("La thématique %(title)s est créée.") % {"title": quoted(made.title)})
        return redirect("consultations:programme", consultation.slug)
    title = _("Dupliquer la thématique %(title)s") % {"title": quoted(source.title)}
    return _form_page(request, consultation, form, title)


@never_cache
@login_required
def topic_edit(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    """Edit a topic; the animation team may too, to keep "ce qu'il faut savoir" up to date."""
    consultation = fetch_consultation(request, slug)
    topic = _fetch_topic(consultation, pk)
    require(viewer_of(request), "consultations.edit_topic", topic)
    form = TopicForm(request.POST or None, instance=topic, phase=topic.phase)
    done = tried(form, lambda: edit_topic(topic, by=request.user, **form.values()))
    if done is not None:
        add_saved_message(request, form, _("La thématique est enregistrée."))
        return redirect(topic_url(consultation, topic))
    return _form_page(request, consultation, form, topic.title)


@never_cache
@login_required
def topic_delete(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    topic = _fetch_topic(consultation, pk)
    question = Question(
        section="programme",
        page_name=_("Supprimer la thématique"),
        title=_("Supprimer la thématique %(title)s") % {"title": quoted(topic.title)},
        text=_("La thématique et ses textes seront supprimés. On ne peut supprimer qu’une thématique vide."),
        confirm=_("Supprimer"),
        back=reverse("consultations:programme", args=[consultation.slug]),
        done=_("La thématique %(title)s est supprimée.") % {"title": quoted(topic.title)},
    )
    return confirmed(request, consultation, question, lambda: delete_topic(topic, by=request.user))


@login_required
@require_POST
def topic_move(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    phase = get_object_or_404(Phase, consultation=consultation, pk=pk)
    rows = Topic.objects.filter(phase=phase).select_related("phase__consultation")
    reorder(rows, moved(rows, request.POST.get("deplacer", "")), by=request.user)
    return redirect("consultations:programme", consultation.slug)


def _fetch_topic(consultation: Consultation, pk: int) -> Topic:
    return get_object_or_404(
        Topic.objects.select_related("phase__consultation"), phase__consultation=consultation, pk=pk
    )


def _form_page(
    request: AuthenticatedHttpRequest, consultation: Consultation, form: PhaseForm | TopicForm | LinesForm, title: str
) -> HttpResponse:
    back = reverse("consultations:programme", args=[consultation.slug])
    if isinstance(form, TopicForm) and not may(viewer_of(request), "consultations.manage", consultation):
        back = topic_url(consultation, form.instance)
    context = {"consultation": consultation, "section": "programme", "form": form, "form_title": title, "back": back}
    return render(request, "organiser/programme_form.html", context, status=status_of(form))
