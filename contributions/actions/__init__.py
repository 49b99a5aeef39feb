"""Verbs of contributions, for pages, ateliers, the importer and tests alike."""

from .batches import undo_batch
from .bulk import bulk_enter
from .drafts import Entry
from .editing import edit_contribution, withdraw_contribution
from .keywords import add_keyword, tag_contribution, untag_contribution
from .moderation import (
    hide_contribution,
    keep_contribution,
    publish_contribution,
    report_contribution,
    restore_contribution,
)
from .moves import move_thread
from .posting import UNSET, enter_contribution, post_contribution
from .reactions import Opinion, bulk_react, react
from .visits import mark_visited

__all__ = [
    "UNSET",
    "Entry",
    "Opinion",
    "add_keyword",
    "bulk_enter",
    "bulk_react",
    "edit_contribution",
    "enter_contribution",
    "hide_contribution",
    "keep_contribution",
    "mark_visited",
    "move_thread",
    "post_contribution",
    "publish_contribution",
    "react",
    "report_contribution",
    "restore_contribution",
    "tag_contribution",
    "undo_batch",
    "untag_contribution",
    "withdraw_contribution",
]
