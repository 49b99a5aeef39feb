"""The lists of a consultation in the organiser space: one set of pages for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.texts.templatetags.french import quoted

from ..actions import create_item, create_items, delete_item, edit_item, reorder_items
from ..fetch import STAFF_PAGES, fetch_to_manage
from ..forms import frame as forms
from ..forms.lines import LinesForm
from ..lines import columns_of
from ..models import ActorFamily, ActorKind, Consultation, Document, Nature, News, Partner, Reason, Stake, Territory
from .confirming import Question, confirmed
from .ordering import moved
from .refusals import add_saved_message, added, status_of, tried


@dataclass(frozen=True)
class FrameList:
    """One list: its model, its form, and the words of its pages."""

    model: Any
    form: type[forms.ItemForm]
    title: Any
    explanation: Any
    add: Any
    ordered: bool = True
    # The fields that several rows typed at once have, and how a line is written; none for a list without it.
    columns: tuple[str, ...] = ()
    example: Any = ""


LISTS = {
    "natures": FrameList(
        Nature,
        forms.NatureForm,
        gettext_lazy("Natures des contributions"),
        gettext_lazy("Ce que l’on choisit après « Il s’agit de… ». Chaque phase en retient quelques-unes."),
        gettext_lazy("Ajouter une nature"),
        columns=("singular", "plural"),
        example=gettext_lazy("Singulier ; pluriel. Exemple : idée ; idées"),
    ),
    "enjeux": FrameList(
        Stake,
        forms.StakeForm,
        gettext_lazy("Enjeux"),
        gettext_lazy("Les questions qui traversent toutes les phases. Une contribution peut en porter plusieurs."),
        gettext_lazy("Ajouter un enjeu"),
        columns=("label",),
        example=gettext_lazy("Exemple : Sobriété"),
    ),
    "acteurs": FrameList(
        ActorKind,
        forms.ActorKindForm,
        gettext_lazy("Types d’acteurs"),
        gettext_lazy("Ce que l’on choisit après « Vous êtes » en rejoignant la concertation."),
        gettext_lazy("Ajouter un type d’acteur"),
        columns=("label", "family"),
        example=gettext_lazy(
            "Type ; famille, qui peut manquer et qui est créée au besoin. Exemple : Journaliste ; Presse"
        ),
    ),
    "familles": FrameList(
        ActorFamily,
        forms.ActorFamilyForm,
        gettext_lazy("Familles d’acteurs"),
        gettext_lazy("Elles réunissent des types d’acteurs dans les chiffres. Un type en a une, ou aucune."),
        gettext_lazy("Ajouter une famille"),
        columns=("label",),
        example=gettext_lazy("Exemple : Presse"),
    ),
    "territoires": FrameList(
        Territory,
        forms.TerritoryForm,
        gettext_lazy("Territoires propres à la concertation"),
        gettext_lazy("Les régions et les départements sont déjà proposés. Ajoutez ici vos propres découpages."),
        gettext_lazy("Ajouter un territoire"),
        ordered=False,
    ),
    "motifs": FrameList(
        Reason,
        forms.ReasonForm,
        gettext_lazy("Motifs de modération"),
        gettext_lazy("La modération en choisit un pour chaque décision ; son explication est envoyée à l’auteur."),
        gettext_lazy("Ajouter un motif"),
        columns=("label", "explanation"),
        example=gettext_lazy("Motif pour signaler, masquer ou suspendre ; explication donnée à l’auteur."),
    ),
    "partenaires": FrameList(
        Partner,
        forms.PartnerForm,
        gettext_lazy("Partenaires"),
        gettext_lazy("Affichés sur la page de la concertation, dans cet ordre."),
        gettext_lazy("Ajouter un partenaire"),
        columns=("name", "role"),
        example=gettext_lazy("Nom ; rôle, qui peut manquer. Exemple : Ville de Lyon ; Commanditaire"),
    ),
    "actualites": FrameList(
        News,
        forms.NewsForm,
        gettext_lazy("Actualités"),
        gettext_lazy("Datées, sur la page de la concertation\u00a0: une réunion, un document, une étape franchie."),
        gettext_lazy("Ajouter une actualité"),
        ordered=False,
    ),
    "documents": FrameList(
        Document,
        forms.DocumentForm,
        gettext_lazy("Documents"),
        gettext_lazy("Proposés au téléchargement sur la page de la concertation."),
        gettext_lazy("Ajouter un document"),
    ),
}

# The relation that the rows of a list show.
_JOINED = {ActorKind: "family", Territory: "parent"}


@never_cache
@login_required
@require_safe
def lists(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_to_manage(request, slug, follows=STAFF_PAGES)
    counted = [(name, kind, _rows(consultation, kind).count()) for name, kind in LISTS.items()]
    context = {"consultation": consultation, "section": "lists", "lists": counted}
    return render(request, "organiser/lists.html", context)


@never_cache
@login_required
@require_safe
def index(request: AuthenticatedHttpRequest, slug: str, liste: str) -> HttpResponse:
    consultation, kind = _fetch_list(request, slug, liste, follows=STAFF_PAGES)
    context = {**_context(consultation, liste, kind), "rows": _rows(consultation, kind)}
    return render(request, "organiser/list.html", context)


@never_cache
@login_required
def add(request: AuthenticatedHttpRequest, slug: str, liste: str) -> HttpResponse:
    consultation, kind = _fetch_list(request, slug, liste)
    form = kind.form(request.POST or None, request.FILES or None, consultation=consultation)
    item = tried(form, lambda: create_item(kind.model, consultation, by=request.user, **form.values()))
    if item is not None:
        messages.success(request, _("%(item)s est dans la liste.") % {"item": quoted(item)})
        return redirect("consultations:list", consultation.slug, liste)
    return _form_page(request, _context(consultation, liste, kind), form, kind.add)


@never_cache
@login_required
def several(request: AuthenticatedHttpRequest, slug: str, liste: str) -> HttpResponse:
    consultation, kind = _fetch_list(request, slug, liste)
    if not kind.columns:
        raise Http404(liste)
    columns = columns_of(kind.model, *kind.columns)
    form = LinesForm(request.POST or None, columns=columns, example=kind.example)
    done = tried(form, lambda: create_items(kind.model, consultation, by=request.user, **form.values()))
    if done is not None:
        messages.success(request, added(form))
        return redirect("consultations:list", consultation.slug, liste)
    return _form_page(request, _context(consultation, liste, kind), form, _("Ajouter plusieurs éléments"))


@never_cache
@login_required
def edit(request: AuthenticatedHttpRequest, slug: str, liste: str, pk: int) -> HttpResponse:
    consultation, kind = _fetch_list(request, slug, liste)
    item = get_object_or_404(kind.model, consultation=consultation, pk=pk)
    form = kind.form(request.POST or None, request.FILES or None, instance=item, consultation=consultation)
    done = tried(form, lambda: edit_item(item, by=request.user, **form.values()))
    if done is not None:
        add_saved_message(request, form, _("%(item)s est enregistré.") % {"item": quoted(item)})
        return redirect("consultations:list", consultation.slug, liste)
    return _form_page(request, _context(consultation, liste, kind), form, str(item))


@never_cache
@login_required
def delete(request: AuthenticatedHttpRequest, slug: str, liste: str, pk: int) -> HttpResponse:
    consultation, kind = _fetch_list(request, slug, liste)
    item = get_object_or_404(kind.model, consultation=consultation, pk=pk)
    question = Question(
        section="lists",
        page_name=_("Supprimer"),
        title=_("Supprimer %(item)s ?") % {"item": quoted(item)},
        text=_("Cet élément sera retiré de la liste. Il ne peut pas l’être s’il est déjà utilisé."),
        confirm=_("Supprimer"),
        back=reverse("consultations:list", args=[consultation.slug, liste]),
        done=_("%(item)s est supprimé.") % {"item": quoted(item)},
    )
    return confirmed(request, consultation, question, lambda: delete_item(item, by=request.user))


@login_required
@require_POST
def move(request: AuthenticatedHttpRequest, slug: str, liste: str) -> HttpResponse:
    consultation, kind = _fetch_list(request, slug, liste)
    if not kind.ordered:
        raise Http404(liste)
    rows = kind.model.objects.filter(consultation=consultation)
    reorder_items(kind.model, consultation, moved(rows, request.POST.get("deplacer", "")), by=request.user)
    return redirect("consultations:list", consultation.slug, liste)


def _fetch_list(
    request: AuthenticatedHttpRequest, slug: str, liste: str, *, follows: Sequence[str] = ()
) -> tuple[Consultation, FrameList]:
    if liste not in LISTS:
        raise Http404(liste)
    return fetch_to_manage(request, slug, follows=follows), LISTS[liste]


def _rows(consultation: Consultation, kind: FrameList) -> Any:
    rows = kind.model.objects.filter(consultation=consultation)
    return rows.select_related(_JOINED[kind.model]) if kind.model in _JOINED else rows


def _context(consultation: Consultation, liste: str, kind: FrameList) -> dict[str, Any]:
    return {"consultation": consultation, "section": "lists", "liste": liste, "kind": kind}


def _form_page(
    request: AuthenticatedHttpRequest, context: dict[str, Any], form: forms.ItemForm | LinesForm, title: Any
) -> HttpResponse:
    context = {**context, "form": form, "form_title": title}
    return render(request, "organiser/list_form.html", context, status=status_of(form))
