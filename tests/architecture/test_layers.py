"""What import-linter cannot see: foreign keys, templates and addresses point down the line of apps, never up."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.template import engines
from django.template.base import Lexer, TokenType

ROOT = Path(settings.BASE_DIR)
BASE = ["journal", "live", "texts"]
LINE = ["notices", "jobs", "documents", "accounts", "consultations", "letters", "contributions", "ateliers"]
LINE += ["syntheses", "pages"]
RANK = dict.fromkeys(BASE, 0) | {name: rank for rank, name in enumerate(LINE, 1)}

# Folders of templates that are not named after their app, and the frame that every page stands in.
FOLDERS = {"moderation": "contributions", "organiser": "consultations"}
FRAME = {"components", "base.html", "organiser/base.html"}
# What the frame shows of a consultation and of a person's account is of that app.
STANDS_AT = dict.fromkeys(
    (
        "base.html",
        "components/account_menu.html",
        "components/concertation_nav.html",
        "components/organiser_nav.html",
        "organiser/base.html",
    ),
    "consultations",
)
# The map of the site and its settings know every app.
SITE = {"concertation/urls.py", "concertation/settings.py"}
APPS = ("concertation", "contributions", "ateliers")
CODE = sorted(path for folder in APPS for path in (ROOT / folder).rglob("*.py"))
ADDRESS = re.compile(r"(\w+):(?:\w|$)")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def ours(label: str) -> bool:
    return label in RANK


def owner_of(template: str) -> str | None:
    """Return the app of a template; None for the base templates and error pages."""
    folder = template.split("/")[0]
    return None if template in FRAME or folder in FRAME or "/" not in template else FOLDERS.get(folder, folder)


def may_use(user: str, used: str) -> bool:
    """Return whether one app may refer to another: itself, or one further down; base apps may not."""
    return user == used or RANK[used] < RANK[user]


@pytest.mark.parametrize("label", sorted(RANK))
def test_foreign_keys_point_down_or_to_the_user(label):
    user = apps.get_model(settings.AUTH_USER_MODEL)
    fields = [field for model in apps.get_app_config(label).get_models() for field in model._meta.get_fields()]
    targets = {
        (f"{field.model._meta.label}.{field.name}", field.related_model._meta.app_label)
        for field in fields
        if field.concrete and field.is_relation and field.related_model and field.related_model is not user
    }

    assert [name for name, target in sorted(targets) if ours(target) and not may_use(label, target)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_templates_use_what_is_theirs_or_further_down(path):
    name = str(path.relative_to(ROOT / "templates"))
    owner = STANDS_AT.get(name) or owner_of(name)
    tokens = [one for one in Lexer(path.read_text()).tokenize() if one.token_type == TokenType.BLOCK]
    used = [word for one in tokens for word in re.findall(r'^(?:include|extends)\s+"([^"]+)"', one.contents)]
    libraries = [word for one in tokens for word in _loaded(one.contents)]

    upward = [one for one in used if (other := owner_of(one)) and not (owner and may_use(owner, other))]
    upward += [one for one in libraries if RANK.get(_home_of(one), 0) > RANK.get(owner, 0)]
    upward += [one for tag in tokens for one in _addressed(tag.contents) if not (owner and may_use(owner, one))]
    assert upward == []


def test_code_names_addresses_of_its_app_or_further_down():
    """``reverse``, ``redirect``, ``resolve_url``, a table of steps: any text of the form "app:name"."""
    upward = [
        f"{name}: {text}"
        for path in CODE
        if (name := path.relative_to(ROOT).as_posix()) not in SITE
        for text in _texts(path)
        if (found := ADDRESS.match(text)) and ours(found[1]) and not _may_name(_app_of(name), found[1])
    ]

    assert upward == []


@pytest.mark.parametrize("text", ['reverse("ateliers:list")', 'redirect(f"syntheses:{name}", slug)'])
def test_an_address_of_a_higher_app_is_found_in_code(text, tmp_path):
    (tmp_path / "views.py").write_text(text)

    [found] = [one for text in _texts(tmp_path / "views.py") if (one := ADDRESS.match(text))]

    assert not _may_name("consultations", found[1])


def _texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _app_of(name: str) -> str | None:
    """The app of a module; none for those beside the apps, such as ``concertation/slots.py``."""
    return next((part for part in name.split("/")[:2] if part in RANK), None)


def _may_name(app: str | None, other: str) -> bool:
    return app is not None and may_use(app, other)


def _addressed(tag: str) -> list[str]:
    """The app whose address a tag of a template names."""
    return [app for app in re.findall(r"""^url\s+["'](\w+):""", tag) if ours(app)]


def _loaded(tag: str) -> list[str]:
    words = tag.split()
    if words[:1] != ["load"]:
        return []
    return words[words.index("from") + 1 :] if "from" in words else words[1:]


def _home_of(library: str) -> str | None:
    """Return our app that defines a library of template tags."""
    module = engines["django"].engine.libraries[library]
    return next((part for part in module.split(".") if part in RANK), None)
