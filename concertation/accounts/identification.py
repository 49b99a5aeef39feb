"""The steps of log-in: address, then code or password. They are the same for known and unknown addresses.

Each step is a page with its own address, which may be reloaded. Between steps the typed address is in a signed cookie
that only these pages get, valid as long as a code; the deferred act is in the query.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote, unquote

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from . import limits
from .actions import open_account
from .addresses import next_path
from .codes import awaits_code, check_code, is_being_sent, is_double_click, send_code
from .forms import AddressForm, CodeForm, PasswordForm
from .hashing import password_attempt
from .http import NotSaved
from .models import User


class Step(StrEnum):
    ADDRESS = "adresse"
    CODE = "code"
    PASSWORD = "mot-de-passe"  # noqa: S105 - the name of a step


PAGES = {
    Step.ADDRESS: "accounts:identify",
    Step.CODE: "accounts:identify_code",
    Step.PASSWORD: "accounts:identify_password",
}
COOKIE = "identification"


@dataclass
class Identification:
    """The state of log-in; ``moves`` is True when it is on another page, ``answer`` is set once log-in is done."""

    step: Step
    form: forms.Form
    status: int = 200
    notice: str = ""
    moves: bool = False
    answer: HttpResponse | None = None

    @property
    def address(self) -> str:
        return str(self.form["adresse"].value() or "")


def show_step(request: HttpRequest, step: Step) -> Identification:
    """Render a step without sending anything. If no code was sent, the step of the code is that of the address."""
    kept = request.get_signed_cookie(COOKIE, "", salt=COOKIE, max_age=app_settings.LOGIN_BY_CODE_TIMEOUT) or ""
    address = unquote(kept)
    if step == Step.CODE:
        awaited = bool(address) and (awaits_code(request, address) or is_being_sent(request, address))
        return Identification(step, _empty_code_form(address)) if awaited else _at_address(address, moves=True)
    if step == Step.PASSWORD:
        return Identification(step, PasswordForm(initial={"adresse": address}))
    return _at_address(address)


def begin(request: HttpRequest, address: str, *, act: str, now: datetime) -> HttpResponse:
    """Send a code to an address that was typed beside the deferred act ``act``, and redirect to the step of the code.

    If no code can be sent, redirect to the step of the address, which says why.
    """
    state = _take_address(address, request, now)
    refusals = [" ".join(map(str, errors)) for errors in state.form.errors.values()]
    for words in filter(None, [state.notice, *refusals]):
        messages.warning(request, words)
    return move(request, state, act=act)


def move(request: HttpRequest, state: Identification, *, act: str = "") -> HttpResponse:
    """Redirect to the page of a step, with the query of the deferred act."""
    wanted = {"acte": act or request.GET.get("acte", "")[:36], "next": next_path(request)}
    query = urlencode({name: value for name, value in wanted.items() if value})
    answer = NotSaved(reverse(PAGES[state.step]) + (f"?{query}" if query else ""))
    answer.set_signed_cookie(
        COOKIE,
        quote(state.address[:254], errors="replace"),  # headers are Latin-1
        salt=COOKIE,
        max_age=app_settings.LOGIN_BY_CODE_TIMEOUT,
        path=reverse(PAGES[Step.ADDRESS]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


def proceed(request: HttpRequest, *, now: datetime) -> Identification:
    """Do one step with the posted form; ``etape`` is the value of the pressed button."""
    steps: dict[str, Callable[[HttpRequest, datetime], Identification]] = {
        Step.ADDRESS: _take_posted_address,
        Step.CODE: _take_code,
        Step.PASSWORD: _take_password,
    }
    take = steps.get(request.POST.get("etape", ""))
    return take(request, now) if take else begin_again(request)


def begin_again(request: HttpRequest) -> Identification:
    return _at_address(request.POST.get("adresse", ""), moves=True)


def _at_address(address: str, *, moves: bool = False) -> Identification:
    return Identification(Step.ADDRESS, AddressForm(initial={"adresse": address}), moves=moves)


def _take_posted_address(request: HttpRequest, now: datetime) -> Identification:
    return _take_address(request.POST.get("adresse", ""), request, now)


def _take_address(typed: str, request: HttpRequest, now: datetime) -> Identification:
    form = AddressForm({"adresse": typed})
    if not form.is_valid():
        return Identification(Step.ADDRESS, form)
    address = form.cleaned_data["adresse"]
    if is_double_click(request, address):
        return Identification(Step.CODE, _empty_code_form(address), moves=True)
    try:
        send_code(request, address, now=now)
    except ValidationError as refusal:
        if awaits_code(request, address):  # the code that was already sent still works
            return Identification(Step.CODE, _empty_code_form(address), 429, notice=" ".join(refusal.messages))
        form.add_error("adresse", refusal)
        return Identification(Step.ADDRESS, form, status=_status_of(refusal))
    return Identification(Step.CODE, _empty_code_form(address), moves=True)


def _take_code(request: HttpRequest, now: datetime) -> Identification:
    form = CodeForm(request.POST)
    if not form.is_valid():
        return Identification(Step.CODE, form) if "adresse" not in form.errors else begin_again(request)
    address = form.cleaned_data["adresse"]
    try:
        check_code(request, address, form.cleaned_data["code"], now=now)
    except ValidationError as refusal:
        form.add_error("code", refusal)
        return Identification(Step.CODE, form, status=_status_of(refusal))
    user = open_account(address, now=now)
    return Identification(Step.CODE, form, answer=_enter(request, user, address=address, method="code"))


def _take_password(request: HttpRequest, now: datetime) -> Identification:
    if "mot_de_passe" not in request.POST:
        typed = PasswordForm(initial={"adresse": request.POST.get("adresse", "")})
        return Identification(Step.PASSWORD, typed, moves=True)
    form = PasswordForm(request.POST)
    if not form.is_valid():
        return Identification(Step.PASSWORD, form)
    address = form.cleaned_data["adresse"]
    try:
        user = _authenticate(request, address, form.cleaned_data["mot_de_passe"])
    except ValidationError as refusal:
        form.add_error("mot_de_passe", refusal)
        return Identification(Step.PASSWORD, form, status=_status_of(refusal))
    return Identification(Step.PASSWORD, form, answer=_enter(request, user, address=address, method="password"))


def _authenticate(request: HttpRequest, address: str, password: str) -> User:
    with password_attempt(address, limits.network_of(request)) as counted:
        user = get_adapter().authenticate(request, email=address, password=password)
    if user is None:
        raise ValidationError(_("Adresse ou mot de passe incorrect. Vous pouvez aussi recevoir un code."))
    counted.give_back()
    assert isinstance(user, User)
    return user


def _enter(request: HttpRequest, user: User, *, address: str, method: str) -> HttpResponse:
    """Log in by allauth: it refuses closed accounts, asks for a second factor, and renews the session."""
    record_authentication(request, user, method=method, email=address)
    response = perform_login(request, Login(user=user, email=address, redirect_url=next_path(request) or None))
    assert isinstance(response, HttpResponse)
    return response


def _empty_code_form(address: str) -> CodeForm:
    return CodeForm(initial={"adresse": address})


def _status_of(refusal: ValidationError) -> int:
    return 429 if isinstance(refusal, limits.TooMany) else 200
