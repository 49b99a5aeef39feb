"""What the pages of letters show: their numbers sent, and a letter before and after its departure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.consultations.models import Consultation, Participation
from concertation.documents.conflicts import VERSION
from concertation.keyset import page_of
from concertation.notices.models import Message
from concertation.texts.templatetags.french import hour, number

from .actions.writing import IN_OUTBOX, version_of
from .groups import Addressees, LeftOut, addressees_of, groups_of
from .mails import own_text, shared_text
from .models import Letter

PER_PAGE = 25
# Mails that leave announce nothing: pages with a letter on its way re-fetch themselves.
FETCHED_EVERY = timedelta(seconds=20)


@dataclass(frozen=True)
class Sent:
    """How many mails of a letter have left, of how many, and how many addresses were refused."""

    sent: int = 0
    failed: int = 0
    of: int = 0

    @property
    def is_under_way(self) -> bool:
        return self.sent + self.failed < self.of

    @property
    def ended(self) -> int:
        return self.sent + self.failed


@dataclass(frozen=True)
class Listed:
    """A letter of the list, with the names of its groups."""

    letter: Letter
    groups: str
    sent: Sent

    @property
    def label(self) -> str:
        return str(Letter.State.SENDING.label if self.is_under_way else self.letter.get_state_display())

    @property
    def tone(self) -> str:
        if self.is_under_way or self.letter.is_scheduled:
            return "live"
        return "success" if self.letter.has_left else "neutral"

    @property
    def is_under_way(self) -> bool:
        return self.letter.state == Letter.State.SENDING or self.sent.is_under_way


def sent_of(letters: Sequence[Letter]) -> dict[int, Sent]:
    """Return the numbers of several letters in one query of the outbox."""
    mailings = {one.mailing_id: one.pk for one in letters if one.mailing_id}
    rows = Message.objects.filter(mailing__in=mailings).order_by().values_list("mailing")
    counted = rows.annotate(
        sent=Count("pk", filter=Q(sent__isnull=False)),
        failed=Count("pk", filter=Q(failed__isnull=False)),
        of=Count("pk"),
    )
    return {mailings[mailing]: Sent(sent, failed, of) for mailing, sent, failed, of in counted}


def listed(consultation: Consultation, letters: Sequence[Letter]) -> list[Listed]:
    known, sent = groups_of(consultation), sent_of(letters)
    return [
        Listed(
            one,
            ", ".join(known[key].label if key in known else _("un groupe supprimé") for key in one.groups),
            sent.get(one.pk, Sent()),
        )
        for one in letters
    ]


def next_fetch(rows: Sequence[Listed], now: datetime) -> datetime | None:
    """Return when the page re-fetches itself: at the next departure, or soon while mails leave."""
    moments = [
        max(one.letter.leaves_at, now + FETCHED_EVERY)
        for one in rows
        if one.letter.is_scheduled and one.letter.leaves_at
    ]
    moments += [now + FETCHED_EVERY for one in rows if one.is_under_way]
    return min(moments, default=None)


def letter_page(letter: Letter, params: QueryDict, *, reader: User, now: datetime) -> dict[str, Any]:
    """Return what the page of one letter shows: whom it would be written to, or whom it was written to."""
    [row] = listed(letter.consultation, [letter])
    addressees = addressees_of(letter, now)
    people = Participation.objects.filter(letters_received__letter=letter) if letter.has_left else addressees.reached
    signed_by = reader if letter.is_draft else letter.author
    return {
        "consultation": letter.consultation,
        "section": "letters",
        "letter": letter,
        "row": row,
        "number": people.count(),
        "page": page_of(people.select_related("user", "actor_kind"), ("user__sort_key", "pk"), params, PER_PAGE),
        "mail": shared_text(letter, signed_by) + own_text(_("(dans chaque lettre, un lien personnel)")),
        "changes_at": next_fetch([row], now),
        **({} if letter.has_left else _before_departure(letter, addressees, now)),
    }


def _before_departure(letter: Letter, addressees: Addressees, now: datetime) -> dict[str, Any]:
    return {
        "groups": [[group.label, number(group.people.filter(source_key="").count())] for group in addressees.groups],
        "groups_columns": [_("Groupe"), _("Personnes")],
        "groups_numeric": [1],
        "left_out": _in_words(addressees.left_out()),
        "would_leave": hour(now + IN_OUTBOX, letter.consultation.zone),
        "version_name": VERSION,
        "version": str(version_of(letter)),
    }


def _in_words(left_out: LeftOut) -> list[list[str]]:
    """Return why some people of the groups get no letter, and how many."""
    reasons = [
        (_("Ne veulent plus de lettres"), left_out.refused),
        (_("Suspendues"), left_out.suspended),
        (_("Compte fermé, donc sans adresse"), left_out.closed),
    ]
    return [[words, number(count)] for words, count in reasons if count]
