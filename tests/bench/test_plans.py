"""What pages ask of thirty thousand contributions, on the database at hand: from an index, never all of them."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from concertation.syntheses.coding.actions import mark_read
from contributions.models import Contribution
from contributions.statistics import refresh_statistics
from tests.caching import empty_cache

from .made_up import load, made_up

pytestmark = pytest.mark.django_db
TABLE = "contributions_contribution"
# A condition on the consultation alone reads nearly everything, index or not; of two states there are few.
FEW = ("pending_moderation", "hidden_by_moderation", "one_contribution_per_number")


def test_no_page_reads_all_contributions(topic, future_topic, consultation, participant, moderator, organiser, client):
    load([topic, future_topic], made_up(topics=2), by=organiser)
    roots = Contribution.objects.filter(topic=topic).roots().readable().order_by("path")
    mark_read(roots[0], outcome="read", by=organiser)
    one, slug = roots[1].number, consultation.slug
    pages = [
        (None, "contributions:topic", [slug, topic.pk], ""),
        (participant, "contributions:topic", [slug, topic.pk], "?tri=actives"),
        (moderator, "contributions:topic", [slug, topic.pk], ""),
        (None, "contributions:detail", [slug, one], ""),
        (None, "consultations:home", [slug], ""),
        (None, "consultations:debate", [slug], ""),
        (organiser, "syntheses:corpus", [slug], ""),
        (organiser, "syntheses:corpus", [slug], f"?apres={one}&etat=a-lire"),
        (organiser, "syntheses:code", [slug, one], ""),
        (moderator, "contributions:queue", [slug], ""),
        (moderator, "contributions:hidden", [slug], ""),
        (organiser, "contributions:exports", [slug], ""),
    ]

    assert _scans(pages, client) == []
    refresh_statistics()
    assert _scans(pages, client) == []


def _scans(pages, client):
    found = []
    for user, name, args, query in pages:
        client.logout()
        if user is not None:
            client.force_login(user)
        empty_cache()
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(name, args=args) + query).status_code == 200
        for sql in {one["sql"] for one in asked if one["sql"].startswith("SELECT") and TABLE in one["sql"]}:
            found += [(name, step, sql[-300:]) for step in _steps(sql) if _is_scan(step)]
    return found


def _steps(sql):
    """The steps of the plan that read contributions, one a line, in the words of SQLite."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            alias = dict.fromkeys(re.findall(rf'"{TABLE}" (U\d+|T\d+)', sql))
            names = "|".join([TABLE, *alias])
            return [row[3] for row in cursor.fetchall() if re.match(rf"(SCAN|SEARCH) ({names})\b", row[3])]
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        plan = cursor.fetchone()[0]
    return list(_nodes((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]))


def _nodes(node):
    if node.get("Relation Name") == TABLE:
        is_scan = node["Node Type"] == "Seq Scan"
        yield f"{'SCAN' if is_scan else 'SEARCH'} {node.get('Index Name', '')} {node.get('Index Cond', '')}"
    for inner in node.get("Plans", ()):
        yield from _nodes(inner)


def _is_scan(step):
    by_consultation_alone = re.search(r"\(\(?consultation_id ?= ?[^)]*\)?\)$", step) and " AND " not in step
    return step.startswith("SCAN") or (by_consultation_alone and not any(name in step for name in FEW))
