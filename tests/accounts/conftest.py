import re

import pytest
from django.test import Client

IDENTIFY = "/compte/identification/"


@pytest.fixture
def code_in(mailoutbox):
    """The code of the last mail sent."""

    def read() -> str:
        return re.search(r"^ +(\d{6})$", mailoutbox[-1].body, re.MULTILINE).group(1)

    return read


@pytest.fixture
def identified(code_in):
    """A browser that identified with an address, by the code it received."""

    def identify(address: str, **extra: str) -> Client:
        browser = Client()
        browser.post(IDENTIFY, {"etape": "adresse", "adresse": address, **extra})
        browser.post(IDENTIFY, {"etape": "code", "adresse": address, "code": code_in(), **extra})
        return browser

    return identify
