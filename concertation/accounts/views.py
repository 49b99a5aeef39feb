"""Log in, log out, a person's page and account."""

from datetime import timedelta
from typing import cast
from uuid import UUID

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.logout import logout as allauth_logout
from allauth.account.internal.flows.password_change import change_password, finalize_password_change
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concertation.live.actions import access_changed
from concertation.live.follow import follow
from concertation.texts.words import fold
from concertation.viewer import viewer_of

from . import deferred_acts, saved_forms
from .actions import rename_user
from .addresses import next_path
from .form_words import answers_in
from .forms import NameForm, NewPasswordForm, focus_first
from .http import AuthenticatedHttpRequest
from .identification import Step, move, proceed, show_step
from .limits import TooMany, network_of
from .models import Organisation
from .parts import my_parts

RECENT = timedelta(minutes=15)


@never_cache
@sensitive_post_parameters("code", "mot_de_passe")
@require_http_methods(["GET", "HEAD", "POST"])
def identify(request: HttpRequest, step: str = Step.ADDRESS) -> HttpResponse:
    act = deferred_acts.act_of(request)
    if request.user.is_authenticated:
        return redirect(deferred_acts.address_of_act(request) or next_path(request) or "accounts:me")
    is_sent = request.method == "POST"
    state = proceed(request, now=timezone.now()) if is_sent else show_step(request, Step(step))
    if state.answer is not None:
        if act is not None and SESSION_KEY in request.session:
            return deferred_acts.go_on(cast(AuthenticatedHttpRequest, request), act)
        return state.answer
    if state.moves:
        return move(request, state)
    focus_first(state.form)
    context = {"identification": state, "act": act, "next": next_path(request)}
    return render(request, "accounts/identify.html", context, status=state.status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def saved_form(request: HttpRequest, key: str) -> HttpResponse:
    """Show a form that was sent without a session: to read, to send again, or to delete."""
    sent_to = saved_forms.sent_address(request, key)
    if sent_to:
        return render(request, "accounts/sent_form.html", {"href": sent_to})
    kept = saved_forms.find(request, key, now=timezone.now())
    if kept.viewer and not request.user.is_authenticated:
        return redirect_to_login(request.path)
    if request.method == "POST":
        saved_forms.drop(request, key)
        messages.info(request, _("Ce texte est effacé."))
        return redirect(kept.page or "/")
    shown = saved_forms.descriptions.gather(request, kept)
    said = [] if shown else answers_in(request, kept)
    context = {
        "kept": kept,
        "shown": shown,
        "said": said,
        "until": kept.at + saved_forms.KEPT_FOR,
        "field": saved_forms.FIELD,
    }
    return render(request, "accounts/saved_form.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, name: UUID) -> HttpResponse:
    """Show the deferred act of a person who has logged in since; its button does it once."""
    found = deferred_acts.find(request, str(name))
    if found is None:
        return redirect(deferred_acts.done_address(request, str(name)) or "/")
    if not request.user.is_authenticated:
        return redirect(found.step("accounts:identify"))
    if "effacer" in request.POST:
        deferred_acts.forget(request, found.name)
        messages.info(request, _("C’est effacé."))
        return redirect("/")
    if request.method == "POST":
        return deferred_acts.go_on(cast(AuthenticatedHttpRequest, request), found)
    return render(request, "accounts/act.html", {"act": found})


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    with saved_forms.saved_across_log_out(request):
        allauth_logout(request, show_message=False)
    access_changed()
    return redirect("/")


@never_cache
@login_required
@require_GET
def me(request: AuthenticatedHttpRequest) -> HttpResponse:
    follow(request)
    parts = sorted(my_parts.gather(viewer_of(request)), key=lambda part: part.position)
    return render(request, "accounts/me.html", {"parts": parts})


@never_cache
@login_required
def account(request: AuthenticatedHttpRequest) -> HttpResponse:
    form = NameForm(request.POST or None, user=request.user, initial={"display_name": request.user.display_name})
    if request.method == "POST" and form.is_valid():
        try:
            rename_user(request.user, display_name=form.cleaned_data["display_name"], by=request.user)
        except TooMany as refusal:
            form.add_error("display_name", refusal)
        else:
            messages.success(request, _("Votre nom affiché est enregistré."))
            return redirect("accounts:account")
    return render(request, "accounts/account.html", {"form": form})


@never_cache
@sensitive_post_parameters()
@login_required
def password(request: AuthenticatedHttpRequest) -> HttpResponse:
    asks_current = request.user.has_usable_password() and not _typed_a_code_recently(request)
    network = network_of(request)
    form = NewPasswordForm(request.POST or None, user=request.user, asks_current=asks_current, network=network)
    if request.method == "POST" and form.is_valid():
        try:
            change_password(request.user, form.cleaned_data["new"])
        except TooMany as refusal:
            form.add_error("new", refusal)
        else:
            finalize_password_change(request, request.user)
            messages.success(request, _("Votre mot de passe est enregistré. Vos autres connexions sont fermées."))
            return redirect("accounts:account")
    return render(request, "accounts/password.html", {"form": form, "asks_current": asks_current})


@login_required
@require_GET
def organisations(request: AuthenticatedHttpRequest) -> JsonResponse:
    """Return names that hold the typed words, whole or begun, anywhere; visitors cannot list them."""
    words = fold(request.GET.get("q", ""))
    found = Organisation.objects.matching(words)[:8] if len(words) >= 2 else []
    return JsonResponse({"names": [one.name for one in found]})


def _typed_a_code_recently(request: AuthenticatedHttpRequest) -> bool:
    """Return whether a code was typed a moment ago: who forgot a password then needs no former one."""
    since = (timezone.now() - RECENT).timestamp()
    records = get_authentication_records(request, request.user)
    return any(one["method"] == "code" and one["at"] >= since for one in records)
