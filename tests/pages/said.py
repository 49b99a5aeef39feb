"""What the demonstration's people said, as it reads in the end."""

from concertation.pages.demo.content import Said


def last_words(said: Said) -> str:
    return said.edits[-1][1] if said.edits else said.body
