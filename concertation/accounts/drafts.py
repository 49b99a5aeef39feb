"""Words that were not sent stay with whoever typed them, on a computer that several people share."""

from typing import Any

from django.utils.crypto import salted_hmac


def reader_key(user: Any) -> str:
    """The name under which a browser keeps a person's drafts: nothing in it says who they are; a visitor has none."""
    return salted_hmac("concertation.drafts", str(user.pk)).hexdigest()[:16] if user.is_authenticated else ""
