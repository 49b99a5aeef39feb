"""Letters in the organiser space, and the page where one refuses them."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from concertation.accounts.http import AuthenticatedHttpRequest, SeeOther
from concertation.accounts.limits import TooMany, count_subscription
from concertation.consultations.fetch import STAFF_PAGES, fetch_to_manage
from concertation.consultations.models import Participation
from concertation.consultations.views.confirming import Question, confirmed
from concertation.consultations.views.refusals import add_saved_message, status_of, tried
from concertation.documents.conflicts import VERSION, Version
from concertation.keyset import page_of
from concertation.texts.templatetags.french import hour, quoted

from .actions import (
    create_letter,
    delete_letter,
    edit_letter,
    refuse_letters,
    resume_letters,
    schedule_letter,
    send_trial,
    stop_letter,
)
from .forms import LetterForm
from .mails import participation_of
from .models import Letter, Unsubscription
from .page import PER_PAGE, letter_page, listed, next_fetch


@never_cache
@login_required
@require_safe
def letters(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    consultation = fetch_to_manage(request, slug, follows=STAFF_PAGES)
    found = Letter.objects.filter(consultation=consultation).select_related("author")
    page = page_of(found, ("-created_at", "-pk"), request.GET, PER_PAGE)
    rows = listed(consultation, page.rows)
    context = {
        "consultation": consultation,
        "section": "letters",
        "page": page,
        "rows": rows,
        "changes_at": next_fetch(rows, now),
    }
    return render(request, "letters/list.html", context)


@never_cache
@login_required
def new(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    initial = {"groups": request.GET.getlist("groupe")}
    form = LetterForm(request.POST or None, consultation=consultation, initial=initial)
    made = tried(form, lambda: create_letter(consultation, by=request.user, **form.cleaned_data))
    if made is not None:
        messages.success(request, _("Le brouillon %(subject)s est enregistré.") % {"subject": quoted(made.subject)})
        return redirect("letters:letter", consultation.slug, made.pk)
    context = {"consultation": consultation, "section": "letters", "form": form, "title": _("Écrire une lettre")}
    return render(request, "letters/form.html", context, status=status_of(form))


@never_cache
@login_required
def edit(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    letter = _fetch(request, slug, pk)
    form = LetterForm(request.POST or None, instance=letter, consultation=letter.consultation)
    done = tried(form, lambda: edit_letter(letter, by=request.user, **form.values()))
    if done is not None:
        add_saved_message(request, form, _("La lettre est enregistrée."))
        return redirect("letters:letter", slug, pk)
    context = {
        "consultation": letter.consultation,
        "section": "letters",
        "form": form,
        "letter": letter,
        "title": _("Modifier la lettre"),
    }
    return render(request, "letters/form.html", context, status=status_of(form))


@never_cache
@login_required
@require_safe
def letter(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _fetch(request, slug, pk, follows=STAFF_PAGES)
    context = letter_page(found, request.GET, reader=request.user, now=timezone.now())
    return render(request, "letters/letter.html", context)


@login_required
@require_POST
def trial(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    act = partial(send_trial, by=request.user, now=timezone.now())
    return _done(
        request, slug, pk, act, lambda _letter: _("Un essai part à votre adresse\u00a0: %s.") % request.user.email
    )


@login_required
@require_POST
def send(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    version = Version.parse(request.POST.get(VERSION, "")) or Version()
    act = partial(schedule_letter, expected_version=version, by=request.user, now=timezone.now())

    def told(left: Letter) -> str:
        at = hour(left.leaves_at, left.consultation.zone)
        return _("La lettre partira à %(hour)s. Vous pouvez l’arrêter jusque-là.") % {"hour": at}

    return _done(request, slug, pk, act, told)


@login_required
@require_POST
def stop(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    act = partial(stop_letter, by=request.user, now=timezone.now())
    told = _("Le départ est arrêté\u00a0: personne n’a reçu la lettre, qui est de nouveau un brouillon.")
    return _done(request, slug, pk, act, lambda _letter: told)


@never_cache
@login_required
def delete(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    letter = _fetch(request, slug, pk)
    words = {"subject": quoted(letter.subject)}
    question = Question(
        section="letters",
        page_name=_("Supprimer le brouillon"),
        title=_("Supprimer le brouillon %(subject)s\u202f?") % words,
        text=_("Ce texte sera effacé. Personne ne l’a reçu."),
        confirm=_("Supprimer le brouillon"),
        back=reverse("letters:letter", args=[slug, pk]),
        done=_("Le brouillon %(subject)s est supprimé.") % words,
        after=reverse("letters:list", args=[slug]),
    )
    return confirmed(request, letter.consultation, question, partial(delete_letter, letter, by=request.user))


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def subscription(request: HttpRequest, token: str) -> HttpResponse:
    """Refuse or resume letters by POST alone: programs that open links of mails change nothing."""
    pk = participation_of(token)
    if pk is None:
        raise Http404(token)
    participation = get_object_or_404(Participation.objects.select_related("consultation", "user"), pk=pk)
    refusal = ""
    if request.method == "POST":
        try:
            count_subscription(str(pk))
        except TooMany as error:
            refusal = error.messages[0]
        else:
            _subscribe(request, participation)
            if request.POST.get("List-Unsubscribe") != "One-Click":  # a mail program follows no redirect
                return SeeOther(request.path)
    context = {
        "title": participation.consultation.title,
        "refusal": refusal,
        "refuses": Unsubscription.objects.filter(participation=participation).exists(),
    }
    return render(request, "letters/subscription.html", context, status=429 if refusal else 200)


def _subscribe(request: HttpRequest, participation: Participation) -> None:
    if "recevoir" in request.POST:
        resume_letters(participation)
    else:
        refuse_letters(participation, now=timezone.now())


def _fetch(request: HttpRequest, slug: str, pk: int, *, follows: tuple[str, ...] = ()) -> Letter:
    consultation = fetch_to_manage(request, slug, follows=follows)
    found = get_object_or_404(Letter.objects.select_related("author"), consultation=consultation, pk=pk)
    found.consultation = consultation
    return found


def _done(
    request: AuthenticatedHttpRequest,
    slug: str,
    pk: int,
    act: Callable[[Letter], Letter],
    told: Callable[[Letter], str],
) -> HttpResponse:
    """Act on a letter and return to its page, which says what was done or why it was refused."""
    found = _fetch(request, slug, pk)
    try:
        messages.success(request, told(act(found)))
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return SeeOther(reverse("letters:letter", args=[found.consultation.slug, pk]))
