"""Log refused requests in one line."""

import logging


class OneLine(logging.Filter):
    """Drop the stack trace of a refusal: a 403 is an answer, not a fault."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            # Another handler may have formatted the stack trace.
            record.exc_info = record.exc_text = None
        return True
