"""Take notes at tables, and turn them into contributions afterwards."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from concertation.accounts.http import AuthenticatedHttpRequest, is_fetch
from concertation.consultations.fetch import form_on
from concertation.consultations.views.refusals import add_saved_message, add_to_form, status_of
from concertation.texts.templatetags.french import count
from concertation.viewer import viewer_of

from .. import actions
from ..fetch import fetch_to
from ..forms import NoteForm, PourForm, TableForm, topics_of
from ..live import note_context
from ..models import Atelier, Note, Table


@never_cache
@login_required
def notes(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    """Show the notes of one table, with the form of the next one."""
    if request.method != "POST":
        return _notes_page(request, slug, number)
    atelier = fetch_to(request, slug, number, "ateliers.write_note")
    table = _table(request, atelier)
    form = NoteForm(request.POST or None, atelier=atelier)
    if table is not None and form.is_valid():
        try:
            note = actions.write_note(table, **form.values(), by=request.user, now=timezone.now())
        except ValidationError as refusal:
            add_to_form(form, refusal)
        else:
            return _noted(request, note)
    return _notes_page(request, slug, number, form=form)


def _noted(request: HttpRequest, note: Note) -> HttpResponse:
    """Return the row to the script, which stays on the form; otherwise the page."""
    if is_fetch(request):
        return render(request, "ateliers/noted.html", note_context(note), status=201)
    return redirect(f"{_at(note.table)}#note")


@never_cache
@form_on("ateliers:notes")
@login_required
def add_table(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    atelier = fetch_to(request, slug, number, "ateliers.write_note")
    form = TableForm(request.POST, auto_id="table_%s")
    if form.is_valid():
        try:
            return redirect(_at(actions.add_table(atelier, **form.cleaned_data, by=request.user)))
        except ValidationError as refusal:
            add_to_form(form, refusal)
    return _notes_page(request, slug, number, table_form=form)


@never_cache
@login_required
def edit(request: AuthenticatedHttpRequest, slug: str, number: int, pk: int) -> HttpResponse:
    atelier = fetch_to(request, slug, number, "ateliers.write_note")
    note = _note(atelier, pk)
    form = NoteForm(request.POST or None, instance=note, atelier=atelier)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_note(_note(atelier, pk), by=request.user, **form.values())
        except ValidationError as refusal:
            add_to_form(form, refusal)
        else:
            add_saved_message(request, form, _("La note est corrigée."))
            return redirect(_at(note.table))
    context = _page(atelier, note=_note(atelier, pk), form=form)
    return render(request, "ateliers/note.html", context, status=status_of(form))


@never_cache
@login_required
def remove(request: AuthenticatedHttpRequest, slug: str, number: int, pk: int) -> HttpResponse:
    atelier = fetch_to(request, slug, number, "ateliers.write_note")
    note = _note(atelier, pk)
    if request.method == "POST":
        try:
            actions.remove_note(note, by=request.user)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("La note est supprimée."))
        return redirect(_at(note.table))
    return render(request, "ateliers/remove_note.html", _page(atelier, note=note, back=_at(note.table)))


@never_cache
@login_required
def pour(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    now = timezone.now()
    atelier = fetch_to(request, slug, number, "ateliers.pour_notes")
    topics = topics_of(atelier, viewer_of(request))
    form = PourForm(request.POST if request.method == "POST" else None, atelier=atelier, topics=topics)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.pour_notes(atelier, **form.cleaned_data, by=request.user, now=now)
        except ValidationError as refusal:
            add_to_form(form, refusal)
        else:
            number_of = count(len(made), "note a rejoint le débat,notes ont rejoint le débat")
            messages.success(request, _("%(number_of)s.") % {"number_of": number_of})
            return redirect("ateliers:pour", slug, number)
    aside = Note.objects.of(atelier).aside().in_order().select_related("table", "nature", "actor_kind")
    chosen = set(request.POST.getlist("notes"))
    rows = [(note, str(note.pk) in chosen) for note in aside]
    poured = Note.objects.of(atelier).poured().count()
    return render(request, "ateliers/pour.html", _page(atelier, form=form, rows=rows, poured=poured))


def _table(request: HttpRequest, atelier: Atelier) -> Table | None:
    """Return the table of the address, else the first one."""
    wanted = request.GET.get("table", "")
    tables = atelier.tables.all()
    if wanted:
        is_key = wanted.isascii() and wanted.isdecimal() and len(wanted) <= 18
        return get_object_or_404(tables, pk=int(wanted) if is_key else 0)
    return tables.first()


def _note(atelier: Atelier, pk: int) -> Note:
    rows = Note.objects.of(atelier).select_related("table__atelier__consultation", "nature", "actor_kind")
    return get_object_or_404(rows, pk=pk)


def _at(table: Table) -> str:
    address = reverse("ateliers:notes", args=[table.atelier.consultation.slug, table.atelier.number])
    return f"{address}?table={table.pk}"


def _notes_page(
    request: AuthenticatedHttpRequest,
    slug: str,
    number: int,
    *,
    form: NoteForm | None = None,
    table_form: TableForm | None = None,
) -> HttpResponse:
    """Show the notes of a table, with the form that was refused."""
    atelier = fetch_to(request, slug, number, "ateliers.write_note", follows=["atelier"])
    form, table_form = form or NoteForm(atelier=atelier), table_form or TableForm(auto_id="table_%s")
    context = _page(atelier, table=_table(request, atelier), form=form, table_form=table_form)
    return render(request, "ateliers/notes.html", context, status=max(status_of(form), status_of(table_form)))


def _page(atelier: Atelier, **others: Any) -> dict[str, Any]:
    tables = list(atelier.tables.all())
    table = others.get("table")
    written = Note.objects.none()
    if table is not None:
        written = table.notes.select_related("nature", "actor_kind", "contribution__topic__phase").order_by(
            "-at", "-pk"
        )
    return {
        "consultation": atelier.consultation,
        "section": "ateliers",
        "atelier": atelier,
        "tables": [
            {"label": one.title, "href": _at(one), "current": table is not None and one.pk == table.pk}
            for one in tables
        ],
        "written": written,
        "may_mark_trials": atelier.consultation.takes_trials(timezone.now()),
        **others,
    }
