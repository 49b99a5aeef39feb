"""The row of a contribution: the one fragment that a page, the answer to a post and a live push share.

A row depends on the contribution at its version, on the class that reads it and on whether its phase takes reactions
now; never on the person who looks.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from concertation.consultations.audiences import audience_of
from concertation.consultations.models import Phase, Topic
from concertation.consultations.rules import may_read_phase
from concertation.live import registry, row_cache
from concertation.live.audience import Audience
from concertation.live.models import Kind
from concertation.prepared import Prepared
from concertation.texts.templatetags.french import count, local, short_day, short_day_month
from concertation.viewer import Viewer

from .models import Contribution, Keyword, State
from .models.contribution import lists_of_row
from .pinned import pinned_on
from .tree import person_room, rooms_of_row, rooms_of_topic

# The template folds those beyond.
KEYWORDS_SHOWN = 6
LONGEST_ORIGIN = 24


def rows_html(contributions: Sequence[Contribution], audience: Audience, now: datetime) -> dict[int, SafeString]:
    """The rows of these contributions by primary key, joined from the cache; needs ``topic__phase__consultation``."""
    # All below the teams see the same row: it is rendered once for them, as the public sees it.
    audience = audience if audience == Audience.STAFF else Audience.PUBLIC
    by_name: dict[str, list[Contribution]] = defaultdict(list)
    for one in contributions:
        by_name[_name_of_row(one.topic.phase, now)].append(one)
    found: dict[int, SafeString] = {}
    for name, alike in by_name.items():
        htmls = row_cache.html_for(name, alike, audience, lambda them: _render(them, audience, now))
        found.update({one.pk: html for one, html in zip(alike, htmls, strict=True)})
    return found


def _name_of_row(phase: Phase, now: datetime) -> str:
    """What a row depends on besides its version and its class: whether one may react now, and the zone of its hours."""
    return f"contribution{'' if phase.takes_reactions(now) else '.closed'}.{phase.consultation.zone}"


def _render(contributions: Iterable[Contribution], audience: Audience, now: datetime) -> list[str]:
    """Render rows that the cache does not hold, reading all that they show in a handful of queries."""
    order = [one.pk for one in contributions]
    loaded = {one.pk: one for one in _to_render(order)}
    prefetch_related_objects(list(loaded.values()), *lists_of_row())
    template = get_template("contributions/row.html")
    return [template.render(row_context(loaded[pk], audience, now)) for pk in order]


_to_render = Prepared[int, Contribution](
    lambda pks: Contribution.objects.filter(pk__in=pks).with_objects_of_row().select_related("consultation", "parent")
)


def row_context(one: Contribution, audience: Audience, now: datetime) -> dict[str, Any]:
    """What the row's template says, with nothing of a person or a request in it."""
    shows_text = one.is_shown or (audience == Audience.STAFF and one.state != State.WITHDRAWN)
    return {
        "c": one,
        "zone": one.consultation.zone,
        "slug": one.consultation.slug,
        "shows_text": shows_text,
        "placeholder": "" if shows_text else placeholder_of(one),
        "about": ", ".join(str(part) for part in (one.actor_kind, one.territory) if part),
        "claimed": one.organisation is not None and one.speaks_for == "claimed",
        "origin": origin_of(one),
        "two_days": two_days_of(one),
        "answers": one.parent if one.level > 2 and one.parent else None,
        "imported": imported_counts_of(one),
        "closed": one.state != State.PUBLISHED or not one.topic.phase.takes_reactions(now),
        "keywords": [_keyword_link(one, keyword) for keyword in one.shown_keywords],
        "stakes": [stake.label for stake in one.stakes.all()],
        "folded_keywords": max(0, len(one.shown_keywords) - KEYWORDS_SHOWN),
        "level": "h4" if one.parent_id else "h3",
        "is_long": len(one.current.plain) > 1_500 if one.current else False,
    }


def _keyword_link(one: Contribution, keyword: Keyword) -> dict[str, str]:
    page = reverse("contributions:topic", args=[one.consultation.slug, one.topic_id])
    return {"name": keyword.name, "href": f"{page}?{urlencode({'mot': keyword.slug})}"}


def placeholder_of(one: Contribution) -> str:
    """What stands where words stood."""
    if one.state == State.HIDDEN:
        return _("Cette contribution a été masquée par la modération.")
    if one.state == State.WITHDRAWN:
        return _("Cette contribution a été retirée par la personne qui l’avait écrite.")
    return _("Cette contribution a été modifiée\u202f; son nouveau texte attend la relecture de la modération.")


def origin_of(one: Contribution) -> str:
    """Where and when it was said, if not here, in one short line: « Atelier de Lille du 9 déc. 2020, versé le… »."""
    days = two_days_of(one)
    if days is None:
        return "" if one.origin == "online" else _short_origin(one)
    said, entered = days
    words = {
        "said": (short_day_month if said.year == entered.year else short_day)(said),
        "entered": short_day(entered),
    }
    if one.origin == "online":
        return _("dit le %(said)s, versé le %(entered)s") % words
    return _("%(origin)s du %(said)s, versé le %(entered)s") % {"origin": _short_origin(one), **words}


def two_days_of(one: Contribution) -> tuple[date, date] | None:
    """Return the day it was said and the day it came here, if they are not the same."""
    if not one.occurred_at or not one.published_at:
        return None
    zone = one.consultation.zone
    said, entered = local(one.occurred_at, zone).date(), local(one.published_at, zone).date()
    return (said, entered) if said != entered else None


def _short_origin(one: Contribution) -> str:
    """A long name, such as that of an atelier, is on the page to which the row links."""
    is_short = 0 < len(one.origin_label) <= LONGEST_ORIGIN
    return one.origin_label if is_short else one.get_origin_display()


def imported_counts_of(one: Contribution) -> str:
    """Votes that were given elsewhere are shown as such, beside those given here."""
    given = []
    if one.imported_agree is not None:
        given.append(count(one.imported_agree, "d’accord,d’accord"))
    if one.imported_disagree is not None:
        given.append(count(one.imported_disagree, "pas d’accord,pas d’accord"))
    if one.imported_unclear is not None:
        given.append(count(one.imported_unclear, "à préciser,à préciser"))
    return ", ".join(given)


# The live channel ---------------------------------------------------------------------------------------------------


def render_contributions(pks: Sequence[int], audience: Audience) -> Mapping[int, registry.Rendered]:
    now = timezone.now()
    seen = [one for one in _to_push(pks) if _is_for(one, audience, now)]
    htmls = rows_html(seen, audience, now)
    return {
        one.pk: registry.Rendered(one.version, htmls[one.pk], _place_of(one), _replies_at(one, audience, now))
        for one in seen
    }


_to_push = Prepared[int, Contribution](
    lambda pks: Contribution.objects.filter(pk__in=pks).select_related("topic__phase__consultation", "root")
)


def _is_for(one: Contribution, audience: Audience, now: datetime) -> bool:
    if one.topic.phase.audience(now) > audience or one.state == State.DRAFT:
        return False
    return one.published_at is not None or (audience == Audience.STAFF and one.state == State.PENDING)


def _place_of(one: Contribution) -> dict[str, Any]:
    return {"parent": one.parent_id, "root": one.root_id, "path": one.path}


def _replies_at(one: Contribution, audience: Audience, now: datetime) -> str:
    """Return the room in which this audience may reply to a contribution, or nothing: the rule of posting a reply."""
    phase = one.topic.phase
    is_shown = one.state == State.PUBLISHED and not one.merged_into_id
    takes_replies = phase.takes_replies(now) or audience == Audience.STAFF
    is_open = takes_replies and not phase.consultation.archived and not (one.root or one).locked
    return one.topic.room if is_shown and is_open else ""


_whole_topics = Prepared[int, Topic](lambda pks: Topic.objects.filter(pk__in=pks).select_related("phase__consultation"))


def render_counts(pks: Sequence[int], audience: Audience) -> Mapping[int, registry.Rendered]:
    now = timezone.now()
    seen = [one for one in _whole_topics(pks) if one.phase.audience(now) <= audience]
    template = get_template("contributions/count_row.html")
    return {one.pk: registry.Rendered(one.counts_version, template.render({"topic": one})) for one in seen}


def render_topics(pks: Sequence[int], audience: Audience) -> Mapping[int, registry.Rendered]:
    now = timezone.now()
    template = get_template("contributions/topic_head.html")
    seen = [one for one in _whole_topics(pks) if one.phase.audience(now) <= audience]
    pinned = pinned_on(seen, audience, now)
    return {
        one.pk: registry.Rendered(one.version, template.render({"topic": one, "pinned": pinned.get(one.pk)}))
        for one in seen
    }


def topics_by_pk(pks: Sequence[int]) -> dict[int, Topic]:
    """What says who may read these topics, and whether they have changed; the rest of them is read when it is asked."""
    return {one.pk: one for one in _topics(pks)}


def _fields_of_access(pks: Sequence[int]) -> QuerySet[Topic]:
    of_consultation = (f"phase__consultation__{name}" for name in ("slug", "version", "opens_publicly_at"))
    rows = Topic.objects.filter(pk__in=pks).select_related("phase__consultation")
    return rows.only("version", "phase__version", "phase__access", *of_consultation)


_topics = Prepared(_fields_of_access)


def rooms_of(viewer: Viewer, pk: int) -> Sequence[str]:
    """The rooms of a topic that this reader may join: one a class, up to their own, and that of this person."""
    topic = viewer.ask("topics", [pk], topics_by_pk).get(pk)
    if topic is None or not may_read_phase(viewer, topic.phase):
        return []
    reader = audience_of(viewer, topic.phase.consultation)
    if reader is None:
        return []
    own = [] if viewer.pk is None else [person_room(topic, viewer.pk)]
    return [*(f"{topic.room}:{audience.key}" for audience in reader.reaches()), *own]


def changes_at(topic: Topic) -> Iterator[datetime]:
    """The moments from which the page of a topic is another one though nobody does anything."""
    for opens_at, closes_at in topic.phase.consultation.phases.values_list("opens_at", "closes_at"):
        yield opens_at
        yield closes_at
    if topic.phase.consultation.opens_publicly_at:
        yield topic.phase.consultation.opens_publicly_at


def moments_of(pk: int) -> Iterator[datetime]:
    for topic in Topic.objects.filter(pk=pk).select_related("phase__consultation"):
        yield from changes_at(topic)


def register() -> None:
    kinds = (Kind.ADDED, Kind.CHANGED, Kind.REMOVED)
    registry.row("contribution", Contribution, rooms=rooms_of_row, render=render_contributions, kinds=kinds)
    registry.row("topic", Topic, rooms=rooms_of_topic, render=render_topics, kinds=(Kind.CHANGED, Kind.RELOAD))
    registry.row("count", Topic, rooms=rooms_of_topic, render=render_counts, version=None)
    # In the room of the author of a pending text, which each announcement names.
    registry.update("pending", Topic, rooms=lambda topic, now: ())
    registry.register_room("topic", rooms_of, moments=moments_of)
