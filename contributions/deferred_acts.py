"""Store a visitor's text or reaction in their session until they have identified themselves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.urls import is_valid_path, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concertation.accounts import deferred_acts, saved_forms
from concertation.accounts.deferred_acts import ActKind, DeferredAct, Outcome
from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.accounts.models import SavedForm
from concertation.consultations.actions.suspensions import SUSPENDED
from concertation.consultations.audiences import participation_of, suspension_of
from concertation.consultations.models import Consultation
from concertation.journal import receipts
from concertation.texts import markdown
from concertation.viewer import Viewer, viewer_of

from .actions import post_contribution, react
from .fetch import fetch_contribution, fetch_topic
from .forms import ComposerForm, show_errors
from .models import Contribution, Reaction
from .permalinks import add_published_message, place_of
from .rules import is_author, is_staff_at

TEXT, REACTION = "contribution", "reaction"


def store_text(request: HttpRequest, composer: ComposerForm) -> DeferredAct:
    """Store a text under the name of its form, so that two tabs do not mix."""
    topic = composer.topic
    sent = {name: composer.data.getlist(name) for name in composer.fields if name != "adresse"}  # type: ignore[attr-defined]
    fields = {name: values for name, values in sent.items() if values}
    payload = {"slug": topic.phase.consultation.slug, "topic": topic.pk, "fields": fields}
    if composer.answered is not None:
        payload["ref"] = composer.answered.ref
    return deferred_acts.store(request, TEXT, payload, name=composer.cleaned_data["client_uuid"])


def store_reaction(request: HttpRequest, contribution: Contribution, kind: str, *, back: str) -> DeferredAct:
    payload = {"slug": contribution.consultation.slug, "number": contribution.number, "kind": kind, "back": back}
    return deferred_acts.store(request, REACTION, payload | {"ref": contribution.ref})


def first_step(request: HttpRequest, act: DeferredAct, slug: str) -> str:
    """Return the page before the act: log-in, then joining."""
    if not request.user.is_authenticated:
        return act.step("accounts:identify")
    return act.step("consultations:join", slug)


def has_joined(request: HttpRequest, consultation: Consultation) -> bool:
    """Return whether this person takes part; a visitor does not, though imported participations have no account."""
    return participation_of(viewer_of(request), consultation) is not None


def returned_composer(request: HttpRequest, now: datetime) -> ComposerForm | None:
    """Return the stored text that this address (``texte``) names, with its errors."""
    act = deferred_acts.find(request, request.GET.get("texte", ""))
    return _composer(request, act, now) if act is not None and act.kind.name == TEXT else None


def publish(composer: ComposerForm, *, by: Any) -> Contribution:
    given = composer.cleaned_data
    return post_contribution(
        composer.topic,
        **composer.values,
        parent=composer.answered,
        client_uuid=given["client_uuid"] or None,
        as_team=given.get("equipe", False),
        by=by,
        now=composer.now,
    )


def refusal_of_reaction(contribution: Contribution, *, kind: str | None, by: Any, now: datetime) -> str:
    """React; return the reason in words if that is refused."""
    if suspension_of(Viewer(by, now), contribution.consultation):
        return str(SUSPENDED)
    if is_author(Viewer(by, now), contribution):
        return _("On ne réagit pas à sa propre contribution.")
    try:
        react(contribution, kind=kind, by=by, now=now)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _composer(request: HttpRequest, act: DeferredAct, now: datetime) -> ComposerForm | None:
    """Return the form as it was sent, validated now; None where its topic can no longer be seen."""
    data = QueryDict(mutable=True)
    for name, values in act.payload["fields"].items():
        data.setlist(name, values)
    parent = data.get("parent") or ""
    try:
        answered = fetch_contribution(request, act.payload["slug"], int(parent)) if parent else None
        topic = answered.topic if answered else fetch_topic(request, act.payload["slug"], act.payload["topic"])
    except Http404:
        return None
    is_staff = is_staff_at(viewer_of(request), topic)
    composer = ComposerForm(data, topic=topic, parent=answered, is_staff=is_staff, now=now)
    if composer.is_valid() and suspension_of(viewer_of(request), topic.phase.consultation):
        composer.add_error(None, SUSPENDED)
    return composer


def _publish_stored(request: AuthenticatedHttpRequest, act: DeferredAct) -> Outcome:
    composer = _composer(request, act, timezone.now())
    if composer is None:
        messages.warning(request, _("La page où vous écriviez n’est plus ouverte. Votre texte est encore ici."))
        return Outcome(act.address, is_done=False)
    if composer.errors:
        return Outcome(_mending(composer, act), is_done=False)
    consultation = composer.topic.phase.consultation
    if not composer.cleaned_data.get("equipe") and not has_joined(request, consultation):
        return Outcome(act.step("consultations:join", consultation.slug), is_done=False)
    try:
        written = publish(composer, by=request.user)
    except receipts.Conflict:
        return Outcome(_mending(composer, _renamed(request, composer, act)), is_done=False)
    except ValidationError as error:
        show_errors(composer, error)
        messages.warning(request, " ".join(error.messages))
        return Outcome(_mending(composer, act), is_done=False)
    add_published_message(request, written)
    return Outcome(place_of(written), draft=f"{composer.draft_key}#{composer.cleaned_data['client_uuid']}")


def _renamed(request: HttpRequest, composer: ComposerForm, act: DeferredAct) -> DeferredAct:
    """Store the text under another name, as its own has already published another text."""
    messages.warning(request, _("Ce formulaire a déjà servi à publier un autre texte. Le vôtre est ci-dessous."))
    deferred_acts.forget(request, act.name)
    return store_text(request, composer.renamed())


def _mending(composer: ComposerForm, act: DeferredAct) -> str:
    """Return the page of the composer with the stored text."""
    slug = composer.topic.phase.consultation.slug
    if composer.answered is None:
        topic = reverse("contributions:topic", args=[slug, composer.topic.pk])
        return f"{topic}?texte={act.name}#contribuer"
    number = composer.answered.number
    thread = reverse("contributions:detail", args=[slug, number])
    return f"{thread}?repondre={number}&texte={act.name}#repondre-{number}"


def _react_stored(request: AuthenticatedHttpRequest, act: DeferredAct) -> Outcome:
    given, now = act.payload, timezone.now()
    try:
        contribution = fetch_contribution(request, given["slug"], given["number"])
    except Http404:
        messages.warning(request, _("Cette contribution n’est plus affichée : on ne peut plus y réagir."))
        return Outcome(given["back"])
    if not has_joined(request, contribution.consultation):
        return Outcome(act.step("consultations:join", contribution.consultation.slug), is_done=False)
    refusal = refusal_of_reaction(contribution, kind=given["kind"], by=request.user, now=now)
    if refusal:
        messages.warning(request, refusal)
    else:
        messages.success(request, _("Votre réaction à %(ref)s est comptée.") % {"ref": contribution.ref})
    return Outcome(given["back"])


def _show_text(request: HttpRequest, payload: Mapping[str, Any]) -> str:
    fields = payload["fields"]
    html = markdown.render(fields["texte"][0]).html
    words = {"title": fields.get("titre", [""])[0], "html": html, "answered": payload.get("ref", "")}
    return render_to_string("contributions/deferred_text.html", words)


def _show_reaction(request: HttpRequest, payload: Mapping[str, Any]) -> str:
    label = dict(Reaction.Kind.choices)[payload["kind"]]
    return render_to_string("contributions/deferred_reaction.html", {"ref": payload["ref"], "reaction": label})


def _describe_reaction(request: HttpRequest, kept: SavedForm) -> list[str]:
    """Return the contribution and the reaction of a saved form without words."""
    path = urlsplit(kept.address).path
    number, _sep, kind = dict(kept.fields).get("reaction", "").partition(":")
    if not is_valid_path(path) or resolve(path).view_name != "contributions:acts" or not number.isdecimal():
        return []
    try:
        contribution = fetch_contribution(request, resolve(path).kwargs["slug"], int(number))
    except Http404:
        return []
    return [_show_reaction(request, {"ref": contribution.ref, "kind": kind})] if kind in Reaction.Kind.values else []


def register() -> None:
    saved_forms.descriptions.offer(_describe_reaction)
    deferred_acts.kinds.add(
        ActKind(
            name=TEXT,
            title=gettext_lazy("Publier votre texte"),
            submit=gettext_lazy("Publier mon texte"),
            show=_show_text,
            perform=_publish_stored,
        )
    )
    deferred_acts.kinds.add(
        ActKind(
            name=REACTION,
            title=gettext_lazy("Donner votre réaction"),
            submit=gettext_lazy("Donner ma réaction"),
            show=_show_reaction,
            perform=_react_stored,
        )
    )
