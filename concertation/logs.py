"""What the log holds of requests that were refused."""

import logging


class OneLine(logging.Filter):
    """Drop the stack of a refusal: a 403 is an answer, not a fault, and one line says it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            # Another handler may have kept the stack in words.
            record.exc_info = record.exc_text = None
        return True
