"""Lists in pages: those that lose rows while people work use keyset pagination, the others give a reason."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)

# Pages by number, each with the reason why no row is skipped.
BY_NUMBER = {
    "concertation/consultations/views/journal.py": "append-only: nothing leaves it, new entries only repeat a row",
    "concertation/consultations/views/inviting.py": "invitations stay listed, whatever becomes of them",
}
BY_KEY = {
    "concertation/consultations/views/former_texts.py",
    "concertation/consultations/views/organisations.py",
    "concertation/consultations/views/participants.py",
    "concertation/consultations/views/speaking.py",
    "concertation/jobs/views.py",
    "concertation/notices/views.py",
    "concertation/search/finding.py",
    "concertation/syntheses/writing/views/recommendations.py",
    "concertation/letters/page.py",
    "concertation/letters/views.py",
    "contributions/moderation/queue.py",
    "contributions/views/figures.py",
}


def files_that_say(pattern: str) -> set[str]:
    files = [file for app in ("concertation", "contributions", "ateliers") for file in (ROOT / app).rglob("*.py")]
    return {str(file.relative_to(ROOT)) for file in files if re.search(pattern, file.read_text())}


def test_only_lists_that_do_not_shrink_are_paged_by_number():
    assert files_that_say(r"\bPaginator\(") == set(BY_NUMBER)


def test_lists_that_shrink_follow_the_last_row_seen():
    assert files_that_say(r"\bpage_of\(") - {"concertation/keyset.py"} == BY_KEY
