"""A row is rendered once for each version and class, and read from the cache in one go."""

from dataclasses import dataclass

import pytest
from django.core.cache import cache

from concertation.live import row_cache
from concertation.live.audience import Audience
from contributions import live as contributions_live
from tests.contributions.conftest import contribution, post  # noqa: F401 - fixtures


@dataclass
class Thing:
    pk: int
    version: int = 1


@pytest.fixture
def rendered():
    return []


def html_for(things, rendered, audience=Audience.PUBLIC, name="thing"):
    def render(missing):
        rendered.extend(missing)
        return [f"<p>{thing.pk} v{thing.version} {audience.key}</p>" for thing in missing]

    return row_cache.html_for(name, things, audience, render)


def test_rows_come_in_the_order_of_the_objects_whatever_the_cache_holds(rendered):
    html_for([Thing(2)], rendered)

    html = html_for([Thing(3), Thing(2), Thing(1)], rendered)

    assert html == ["<p>3 v1 public</p>", "<p>2 v1 public</p>", "<p>1 v1 public</p>"]
    assert rendered == [Thing(2), Thing(3), Thing(1)]


def test_what_is_kept_is_not_rendered_again(rendered):
    html_for([Thing(1), Thing(2)], rendered)
    html_for([Thing(2), Thing(1)], rendered)

    assert rendered == [Thing(1), Thing(2)]


@pytest.mark.parametrize(
    "other",
    [{"things": [Thing(1, version=2)]}, {"audience": Audience.STAFF}, {"name": "thread"}],
    ids=["a new version", "another class", "another row of the same object"],
)
def test_what_changes_the_row_is_part_of_its_key(rendered, other):
    html_for([Thing(1)], rendered)
    html_for(**{"things": [Thing(1)], "rendered": rendered} | other)

    assert len(rendered) == 2


def test_another_release_of_the_templates_renders_anew(rendered, monkeypatch):
    html_for([Thing(1)], rendered)
    monkeypatch.setattr(row_cache, "template_version", lambda: "another")
    html_for([Thing(1)], rendered)

    assert len(rendered) == 2


def test_one_read_of_the_cache_serves_the_whole_list(rendered, monkeypatch):
    reads = []
    get_many = cache.get_many
    monkeypatch.setattr(
        "concertation.live.row_cache.cache.get_many", lambda keys: reads.append(len(keys)) or get_many(keys)
    )
    html_for([Thing(n) for n in range(50)], rendered)

    assert reads == [50]


def test_rows_are_safe_to_put_into_a_page(rendered):
    (html,) = html_for([Thing(1)], rendered)

    assert hasattr(html, "__html__")
    assert hasattr(html_for([Thing(1)], rendered)[0], "__html__")


def test_the_template_version_depends_on_the_words_of_the_templates(settings, tmp_path):
    row_cache.template_version.cache_clear()
    before = row_cache.template_version()
    (tmp_path / "django.mo").write_bytes(b"other words")
    settings.LOCALE_PATHS = [tmp_path]
    row_cache.template_version.cache_clear()

    assert row_cache.template_version() != before
    row_cache.template_version.cache_clear()


@pytest.mark.django_db
def test_a_contribution_is_rendered_once_for_all_below_the_teams(contribution, monkeypatch):
    done, real = [], contributions_live._render
    monkeypatch.setattr(contributions_live, "_render", lambda *given: done.append(given[1]) or real(*given))

    for audience in Audience:
        contributions_live.render_contributions([contribution.pk], audience)

    assert done == [Audience.PUBLIC, Audience.STAFF]
