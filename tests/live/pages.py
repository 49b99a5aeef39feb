"""What a page holds of the live channel, read from its bytes: its rooms, its cursor, its rows."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from concertation.live import cursor, registry
from concertation.viewer import Viewer

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class _Elements(HTMLParser):
    """Finds where each element that has this attribute begins and ends."""

    def __init__(self, page: str, attribute: str) -> None:
        super().__init__(convert_charrefs=False)
        self.page, self.attribute = page, attribute
        self.starts = [0]
        for line in page.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.open: list[tuple[str, str, int]] = []
        self.found: dict[str, str] = {}
        self.feed(page)

    def _here(self) -> int:
        line, column = self.getpos()
        return self.starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get(self.attribute) or "", self._here()))

    def handle_endtag(self, tag: str) -> None:
        while self.open:
            name, obj, start = self.open.pop()
            if obj:
                self.found[obj] = self.page[start : self.page.index(">", self._here()) + 1]
            if name == tag:
                return


def rows_in(page: str) -> dict[str, str]:
    """Each row by its object, byte for byte."""
    return _Elements(page.replace("\r\n", "\n"), "data-live").found


def merged_in(page: str) -> str:
    """What is merged of the page when it is fetched again: its header and its main content."""
    return "".join(re.findall(r'<header class="site-header".*?</header>|<main .*</main>', page, re.DOTALL))


def asked_again_for(page: str) -> set[str]:
    """The objects at whose news the page asks for itself again."""
    rows = {obj for obj, html in rows_in(page).items() if " data-refreshes" in html.partition(">")[0]}
    return rows.union(*(names.split() for names in re.findall(r'data-refreshed-by="([^"]*)"', page)))


def rooms_in(page: str) -> Iterator[tuple[str, str]]:
    """The addresses that a page follows, each with its cursor."""
    return iter(re.findall(r'<live-room data-room="([^"]+)" data-seq="([^"]*)"', page))


def cursor_for(viewer: Viewer, address: str) -> str:
    """What a page that follows this address now prints for this viewer."""
    return cursor.write(cursor.reached(registry.rooms_for(viewer, address)))
