"""Search in a consultation: its contributions, topics, ateliers, news and syntheses, as far as one may read them."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from concertation.consultations.fetch import fetch_consultation
from concertation.consultations.models import Consultation, Phase
from concertation.search.finding import find
from concertation.search.query import LONGEST_QUERY, parsed
from concertation.search.sources import sources
from concertation.viewer import Viewer, viewer_of

# The names of the filters in an address, and what sources call them.
FILTERS = {"quoi": "source", "phase": "phase", "nature": "nature", "enjeu": "stake", "acteur": "actor_kind"}


class SearchForm(forms.Form):
    q = forms.CharField(
        label=gettext_lazy("Mots cherchés"),
        help_text=gettext_lazy(
            "Entre guillemets, les mots se suivent. "
            "«\u00a0habit*\u202f» trouve «\u00a0habitant\u202f» et «\u00a0habiter\u202f»."
        ),
        max_length=LONGEST_QUERY,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    quoi = forms.ChoiceField(label=gettext_lazy("Où chercher"), required=False)

    def __init__(self, data: QueryDict, consultation: Consultation, viewer: Viewer) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["quoi"].choices = [("", _("Partout")), *((one.name, one.label) for one in sources())]
        lists = {
            "phase": (_("Phase"), Phase.objects.visible_to(viewer, consultation), _("Toutes")),
            "nature": (_("Il s’agit de…"), consultation.natures.all(), _("Tout")),
            "acteur": (_("Type d’acteur"), consultation.actor_kinds.all(), _("Tous")),
            "enjeu": (_("Enjeu"), consultation.stakes.all(), _("Tous")),
        }
        for name, (label, rows, every) in lists.items():
            key = "code" if name == "nature" else "pk"
            fields[name] = forms.ModelChoiceField(
                rows, label=label, empty_label=every, required=False, to_field_name=key
            )

    @property
    def filter_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in FILTERS]

    @property
    def filters(self) -> dict[str, Any]:
        """What the address asks for; one that does not exist here filters nothing and has an error beside it."""
        return {FILTERS[name]: value for name, value in self.cleaned_data.items() if value and name in FILTERS}


@require_safe
def search(request: HttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_consultation(request, slug)
    viewer = viewer_of(request)
    # It may quote what not everyone reads: the browser of a person keeps no copy.
    request.is_for_few = viewer.is_known  # type: ignore[attr-defined]
    form = SearchForm(request.GET, consultation, viewer)
    form.is_valid()
    query = parsed(form.cleaned_data.get("q", ""))
    filters = form.filters
    found = find(query, viewer, consultation, request.GET, filters=filters)
    context = {
        "consultation": consultation,
        "section": "recherche",
        "form": form,
        "query": query,
        "words": form.cleaned_data.get("q", ""),
        "active": len(filters),
        "found": found,
    }
    return render(request, "pages/search.html", context)
