"""What the database knows of its tables, from which it chooses its plans."""

from datetime import datetime

from django.db import connection

# How many rows of an index SQLite looks at: enough to choose, in milliseconds whatever the size.
LOOKED_AT = 1_000


def refresh_statistics() -> None:
    """Have the database look at its tables anew, after an import has changed their size."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA analysis_limit = {LOOKED_AT}")
        cursor.execute("ANALYZE")


def refresh_each_night(now: datetime) -> None:
    """Due work: once a night, for what grew without an import; twice does no harm."""
    if (now.hour, now.minute) == (2, 30):
        refresh_statistics()
