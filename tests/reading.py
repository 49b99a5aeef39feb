"""Pages as a person reads them."""

import re
from typing import Any


def words(response: Any) -> str:
    """The text of a page, with ordinary spaces."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)
