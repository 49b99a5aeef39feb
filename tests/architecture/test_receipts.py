"""Every verb that creates is idempotent: two clicks, a retry, Back and send."""

import importlib
import inspect
import re
import uuid
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ateliers.models import Atelier, Note, Table
from concertation.consultations.models import Consultation, Document, Nature, Phase, Suspension, Topic
from concertation.journal.models import Receipt
from concertation.journal.receipts import NAME
from concertation.letters.models import Letter
from concertation.notices.due import run_due_work
from concertation.pages.models import AccessibilityAudit
from concertation.syntheses.models import Recommendation, Section, Synthesis, SynthesisVersion
from concertation.syntheses.writing import actions as writing
from contributions.models import Contribution

from .test_forms import forms_of
from .test_urls import address_of

CREATES = re.compile(
    r"(create|clone|add|write|post|publish|suspend|invite|grant|register|report|open|enter|import|cite|pour)(_|$)"
)
ONCE_BY_THEMSELVES = {
    "add_keyword": "one per identity and consultation",
    "cite": "one per source and recommendation",
    "cite_all": "as cite",
    "create_extract": "one per passage",
    "enter_contribution": "called by verbs that pour notes or import, each once",
    "find_or_create_organisation": "one per name",
    "grant_role": "one per person and role",
    "import_contributions": "one per key of the file",
    "prepare_participations": "one per key of the file",
    "import_territories": "one per code",
    "invite": "one letter per address and role while it is good",
    "invite_many": "as invite",
    "open_account": "one per address",
    "open_consultation": "a state, not a row",
    "pour_notes": "a note is poured once",
    "publish_atelier": "a state, not a row",
    "publish_batch": "a state, not a row",
    "publish_contribution": "a state, not a row",
    "register": "one per person while not cancelled",
    "report_contribution": "one per person while it is open",
    "write_drafts": "part of an import, which is a row of its own",
    "write_decision": "called by verbs that change a state, each once",
}


def verbs():
    """Yield every public function of the modules of verbs, by name."""
    root = Path(settings.BASE_DIR)
    for path in sorted([*root.glob("c*/**/actions.py"), *root.glob("*/**/actions/*.py")]):
        parts = path.relative_to(root).with_suffix("").parts
        if parts[0] in {"concertation", "contributions", "ateliers"}:
            module = importlib.import_module(".".join(parts).removesuffix(".__init__"))
            for name, verb in vars(module).items():
                if inspect.isfunction(verb) and not name.startswith("_") and verb.__module__ == module.__name__:
                    yield name, verb


def test_every_verb_that_creates_takes_a_receipt_or_is_once_by_itself():
    creating = {
        name: verb for name, verb in verbs() if CREATES.match(name) and "by" in inspect.signature(verb).parameters
    }
    without = {
        name
        for name, verb in creating.items()
        if not hasattr(verb, "writes_once") and "client_uuid" not in inspect.signature(verb).parameters
    }

    assert sorted(without - set(ONCE_BY_THEMSELVES)) == []
    assert len(creating) > 25


PHASE = {
    "title": "Les outils",
    "opens_at_jour": "2027-01-04",
    "closes_at_jour": "2027-02-04",
    "access": "public",
    "moderation": "after",
}
ATELIER = {
    "title": "Atelier des quais",
    "kind": "territorial",
    "mode": "on_site",
    "place": "Halle",
    "access": "public",
    "starts_at_jour": "2027-01-04",
    "starts_at_heure": "14:00",
    "ends_at_jour": "2027-01-04",
    "ends_at_heure": "16:00",
}
CLONE = {"title": "La suite", "starts_on": "2027-03-01"}
AUDIT = {"audited_on": "2026-11-02", "auditor": "Un cabinet", "applicable": "80", "met": "60"}
LETTER = {"subject": "Merci", "body": "À bientôt.", "groups": ["tous"]}
TEXT = {"kind": "recommendation", "title": "Un guide"}
# For each form: its action, its page, its sender, what it creates, its fields, and the field to change.
FORMS = [
    ("consultations:phase_new", "consultations:phase_new", "organiser", Phase, PHASE, "title"),
    ("consultations:topic_new", "consultations:topic_new", "organiser", Topic, {"title": "Les rives"}, "title"),
    ("consultations:list_add", "consultations:list_add", "organiser", Nature, {}, "singular"),
    ("consultations:phase_copy", "consultations:phase_copy", "organiser", Phase, PHASE, "title"),
    ("consultations:topic_copy", "consultations:topic_copy", "organiser", Topic, {"title": "Les quais"}, "title"),
    (
        "consultations:topics_several",
        "consultations:topics_several",
        "organiser",
        Topic,
        {"lines": "Les ponts"},
        "lines",
    ),
    ("consultations:list_several", "consultations:list_several", "organiser", Nature, {"lines": "envie"}, "lines"),
    ("consultations:create", "consultations:create", "administrator", Consultation, {}, "title"),
    ("consultations:clone", "consultations:clone", "administrator", Consultation, CLONE, "title"),
    ("consultations:suspend", "consultations:suspend", "moderator", Suspension, {}, "message"),
    ("pages:audit", "pages:audit", "administrator", AccessibilityAudit, AUDIT, "auditor"),
    ("syntheses:recommendations", "syntheses:recommendations", "organiser", Recommendation, TEXT, "title"),
    ("syntheses:manage", "syntheses:manage", "organiser", Synthesis, {"kind": "stage", "title": "Étape"}, "title"),
    ("syntheses:add_section", "syntheses:edit", "organiser", Section, {"title": "Acheter"}, "title"),
    ("syntheses:publish", "syntheses:edit", "organiser", SynthesisVersion, {"note": "Première"}, "note"),
    ("ateliers:create", "ateliers:create", "organiser", Atelier, ATELIER, "title"),
    ("ateliers:duplicate", "ateliers:duplicate", "organiser", Atelier, ATELIER, "title"),
    ("ateliers:add_table", "ateliers:notes", "facilitator", Table, {"title": "Table verte"}, "title"),
    ("ateliers:notes", "ateliers:notes", "facilitator", Note, {"text": "Il manque des bancs."}, "text"),
    ("letters:new", "letters:new", "organiser", Letter, LETTER, "subject"),
    ("contributions:post", "contributions:topic", "other_participant", Contribution, {"texte": "Des bancs."}, "texte"),
]


# Deduplicated by uuid alone: the same words may be meant twice.
WANTED_TWICE = {
    "consultations:list_several",
    "consultations:topics_several",
    "consultations:suspend",
    "syntheses:publish",
    "ateliers:notes",
}


@pytest.fixture
def words(consultation, organiser, world):
    """Return the fields that depend on the world, by the action of the form."""
    writing.edit_section(Section.objects.get(pk=world["syntheses pk"]), title="Autres lieux", body="", by=organiser)
    return {
        "consultations:list_add": {"singular": "piste", "plural": "pistes", "colour": "#123456", "icon": "tool"},
        "consultations:topic_copy": {"phase": Phase.objects.get(title="Outils").pk},
        "consultations:create": {
            "title": "Autre",
            "slug": "toute-autre",
            "organiser": organiser.email,
            "summary": "Une autre.",
            "kinds": "Habitante",
            "natures": "idée ; idées",
            "to_hide": "Hors sujet",
        },
        "consultations:suspend": {"reason": consultation.reasons.to_hide().first().pk, "message": "Sur les idées."},
    }


def test_each_form_that_creates_writes_once_and_gives_other_words_back(people, world, words):
    wrong = {to: problem for to, *form in FORMS if (problem := _problem_of(to, *form, people, world, words))}

    assert [f"{to}: {problem}" for to, problem in wrong.items()] == []


def _problem_of(to, page, who, model, given, changed, people, world, words):
    """Return the problem of one form, or an empty string."""
    browser = Client()
    browser.force_login(people[who])
    address = address_of(to, world)
    held = forms_of(browser.get(address_of(page, world)).text, address_of(page, world))
    if not any(urlsplit(one["to"]).path == address and NAME in one["hidden"] for one in held):
        return "no uuid in the page"
    sent = given | words.get(to, {}) | {NAME: str(uuid.uuid4())}
    before = model.objects.count()
    first = browser.post(address, sent)
    browser.get(first.headers.get("Location", address), follow=True)  # the page shows the first success message
    second = browser.post(address, sent)
    if (first.status_code in (302, 303), model.objects.count()) != (True, before + 1):
        return f"{first.status_code}, {model.objects.count() - before} made: {errors_in(first)}"
    if (second.status_code, second.headers.get("Location")) != (first.status_code, first["Location"]):
        return f"the second time {second.status_code} {second.headers.get('Location')}"
    told = notices_in(browser.get(second["Location"], follow=True))
    if len(told) > 1 or any("Déjà enregistré" in one for one in told):
        return f"two clicks say {told}"
    if to not in WANTED_TWICE:
        back = browser.post(address, sent | {NAME: str(uuid.uuid4())})
        told = notices_in(browser.get(back["Location"], follow=True))
        if [one.startswith("Déjà") and "changez un mot" in one for one in told] != [True]:
            return f"the same words from a fresh page say {told}"
        if (back.headers.get("Location"), model.objects.count()) != (first["Location"], before + 1):
            return f"from a fresh page {back.status_code}, {model.objects.count() - before} made"
    other = browser.post(address, sent | {changed: "D’autres mots."})
    given_back = (other.status_code, "D’autres mots." in other.text, sent[NAME] in other.text)
    if (given_back, model.objects.count()) not in [((code, True, False), before + 1) for code in (409, 422)]:
        return f"other words: {given_back}, {model.objects.count() - before} made"
    return ""


def notices_in(answer):
    return [str(one) for one in answer.context["messages"]]


def errors_in(answer):
    return re.findall(r'<li><a href="#id_[^"]*">(.*?)</li>', answer.content.decode())


def test_a_row_that_says_something_else_by_now_is_not_the_same_write(consultation, organiser):
    first = writing.create_recommendation(consultation, title="Un guide", client_uuid=uuid.uuid4(), by=organiser)
    said = {"body": "", "kind": first.kind, "status": first.status}
    writing.edit_recommendation(first, title="Une carte", **said, by=organiser)

    second = writing.create_recommendation(consultation, title="Un guide", client_uuid=uuid.uuid4(), by=organiser)

    assert second != first


def test_a_receipt_is_kept_sixty_days(consultation, organiser, now):
    writing.create_recommendation(consultation, title="Un guide", client_uuid=uuid.uuid4(), by=organiser)

    run_due_work(now + timedelta(days=59))
    assert Receipt.objects.count() == 1
    run_due_work(now + timedelta(days=61))
    assert Receipt.objects.count() == 0


def test_a_file_sent_twice_is_stored_once(consultation, organiser):
    browser = Client()
    browser.force_login(organiser)
    address = reverse("consultations:list_add", args=[consultation.slug, "documents"])
    for _click in range(2):
        file = SimpleUploadedFile("une-seule-fois.pdf", b"%PDF-1.4 note")
        browser.post(address, {"title": "Note", "file": file, NAME: "0b7d4a52-5a0e-4a4e-9d39-0f0f6a2c1d11"})

    document = Document.objects.get()
    stored = Path(document.file.path)
    assert [one.name for one in stored.parent.glob("une-seule-fois*")] == [stored.name]
