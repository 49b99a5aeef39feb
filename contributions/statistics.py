"""Refresh the statistics of the database's query planner."""

from datetime import datetime

from django.db import connection

# How many index rows SQLite reads: enough to choose a plan, in milliseconds whatever the size.
LOOKED_AT = 1_000


def refresh_statistics() -> None:
    """Refresh the statistics of the database, after an import has changed the size of its tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA analysis_limit = {LOOKED_AT}")
        cursor.execute("ANALYZE")


def refresh_each_night(now: datetime) -> None:
    """Refresh once a night, for tables that grew without an import; idempotent."""
    if (now.hour, now.minute) == (2, 30):
        refresh_statistics()
