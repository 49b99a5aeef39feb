"""The style page: every component once, with made-up texts, for the staff who write pages."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)

NATURES = [
    {"code": code, "icon": icon, "singular": word}
    for code, icon, word in (
        ("besoin", "need", _("besoin")),
        ("frein", "obstacle", _("frein")),
        ("opportunite", "opportunity", _("opportunité")),
        ("solution", "solution", _("solution")),
        ("experimentation", "experiment", _("expérimentation")),
        ("outil", "tool", _("outil")),
        ("fonctionnalite", "feature", _("fonctionnalité")),
    )
]

STAKES = [("sobriete", _("Sobriété")), ("resilience", _("Résilience")), ("inclusion", _("Inclusion"))]

PHASES = [
    {
        "title": _("Les besoins"),
        "state": "done",
        "opens_at": NOW - timedelta(days=54),
        "closes_at": NOW - timedelta(days=33),
        "href": "#",
    },
    {
        "title": _("Les outils"),
        "state": "now",
        "opens_at": NOW - timedelta(days=26),
        "closes_at": NOW + timedelta(days=9),
        "href": "#",
        "goal": _("Recenser ce qui existe et ce qui manque."),
        "current": True,
    },
    {
        "title": _("Les fonctionnalités"),
        "state": "next",
        "opens_at": NOW + timedelta(days=10),
        "closes_at": NOW + timedelta(days=26),
        "href": "#",
    },
]

COLUMNS = [_("Atelier"), _("Date"), _("Inscrits"), _("État")]
ROWS = [
    [{"text": _("Occitanie"), "href": "#"}, _("mardi 1er décembre"), "34", _("Complet")],
    [{"text": _("Bretagne et Pays de la Loire"), "href": "#"}, _("jeudi 3 décembre"), "12", _("Ouvert")],
    [{"text": _("Outre-mer, à distance"), "href": "#"}, _("mardi 15 décembre"), "7", _("Ouvert")],
]

BARS = [
    {"label": _("Besoin"), "count": 64, "href": "#"},
    {"label": _("Frein"), "count": 41},
    {"label": _("Solution"), "count": 23},
    {"label": _("Non précisé"), "count": 1, "note": _("dont 1 importée")},
]

MENU = [
    {"label": _("Modifier"), "href": "#", "icon": "edit"},
    {"label": _("Copier le lien"), "href": "#", "icon": "link"},
    {"label": _("Retirer ma contribution"), "href": "#", "icon": "withdraw", "danger": True},
]

FILES = [
    {"label": _("Synthèse, version 2"), "href": "#", "format": "PDF", "size": 412_000},
    {"label": _("Synthèse, version 2"), "href": "#", "format": "DOCX", "size": 98_000},
    {"label": _("Contributions publiées"), "href": "#", "format": "CSV", "size": 61_440},
]


STATS = [
    {"number": 1284, "label": _("contributions")},
    {"number": 311, "label": _("personnes")},
    {"number": 11, "label": _("ateliers"), "href": "#"},
]

TABS = [
    {"label": _("Actives récemment"), "href": "#", "current": True},
    {"label": _("Récentes"), "href": "#"},
    {"label": _("À modérer"), "href": "#", "count": 3},
]

CONTENTS = [
    {"label": _("Introduction"), "href": "#"},
    {
        "label": _("Recommandations"),
        "href": "#",
        "children": [{"label": _("R-07 Un répertoire des lieux à investir"), "href": "#"}],
    },
    {"label": _("Méthode"), "href": "#"},
]


SEEN_AS: dict[str, Any] = {
    "who": {"label": _("une personne qui participe")},
    "at": NOW,
    "consultation": {"zone": "Europe/Paris"},
    "change_address": "#",
    "leave_address": "#",
    "sees_it": True,
}

LETTERS_LEFT = (_("{n} caractère restant"), _("{n} caractères restants"))


class ExampleForm(forms.Form):
    """A form with one field of each type that pages use."""

    title = forms.CharField(
        label=_("Titre"), max_length=120, help_text=_("Une phrase courte, qui dit l’essentiel : on la lit en premier.")
    )
    text = forms.CharField(
        label=_("Votre contribution"),
        max_length=200,
        widget=forms.Textarea(attrs={"data-left-one": LETTERS_LEFT[0], "data-left-many": LETTERS_LEFT[1], "rows": 4}),
    )
    territory = forms.ChoiceField(
        label=_("Territoire"), required=False, choices=[("", _("Non précisé")), ("76", _("Occitanie"))]
    )
    stakes = forms.MultipleChoiceField(
        label=_("Enjeux"), required=False, choices=STAKES, widget=forms.CheckboxSelectMultiple
    )
    speaks_for_it = forms.ChoiceField(
        label=_("Vous vous exprimez"),
        choices=[("person", _("À titre personnel")), ("organisation", _("Au nom de mon organisation"))],
        widget=forms.RadioSelect,
    )
    on = forms.DateField(label=_("Date"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    file = forms.FileField(label=_("Fichier"), required=False, help_text=_("CSV ou XLSX, 10 Mo au plus."))
    charter = forms.BooleanField(label=_("J’ai lu la charte et je la respecterai."))


class FilterForm(forms.Form):
    nature = forms.ChoiceField(label=_("Nature"), required=False, choices=[("", _("Toutes")), ("besoin", _("Besoins"))])
    stake = forms.ChoiceField(label=_("Enjeu"), required=False, choices=[("", _("Tous")), *STAKES])


class CodeForm(forms.Form):
    code = forms.CharField(label=_("Code à six chiffres"), help_text=_("Envoyé à claire@exemple.fr il y a un instant."))


def style(request: HttpRequest) -> HttpResponse:
    """Show the style page to staff; 404 for everyone else."""
    if not request.user.is_staff:
        raise Http404
    return render(request, "pages/style.html", _examples())


def _examples() -> dict[str, Any]:
    wrong = ExampleForm({"text": "Un texte gardé.", "speaks_for_it": "person"}, auto_id="wrong_%s")
    choices: list[dict[str, Any]] = [{"value": n["code"], "label": n["singular"], "nature": n} for n in NATURES]
    choices[0]["checked"] = True
    return {
        "now": NOW,
        "later": NOW + timedelta(hours=2),
        "natures": NATURES,
        "nature_choices": choices,
        "form": ExampleForm(),
        "wrong": wrong,
        "cards": ExampleForm(auto_id="cards_%s"),
        "filters": FilterForm(auto_id="filter_%s"),
        "code": CodeForm(auto_id="code_%s"),
        "phases": PHASES,
        "columns": COLUMNS,
        "rows": ROWS,
        "bars": BARS,
        "menu_items": MENU,
        "files": FILES,
        "numeric": [2],
        "stats": STATS,
        "seen_as": SEEN_AS,
        "tabs": TABS,
        "toc": CONTENTS,
    }
