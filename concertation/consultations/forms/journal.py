"""Filters of the journal."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concertation.journal.models import JournalQuerySet
from concertation.texts.words import sort_key

from ..journal import all_sentences

_PLACEHOLDER = re.compile(r"%\(\w+\)\w")


class JournalFilter(forms.Form):
    acte = forms.ChoiceField(label=_("Acte"), required=False)

    def __init__(self, *args: Any, entries: JournalQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = all_sentences()
        verbs = entries.order_by("verb").values_list("verb", flat=True).distinct()
        named = sorted(
            ((_PLACEHOLDER.sub("…", told.get(verb, verb)), verb) for verb in verbs), key=lambda one: sort_key(one[0])
        )
        acts: Any = self.fields["acte"]
        acts.choices = [("", _("Tous les actes")), *((verb, name) for name, verb in named)]
