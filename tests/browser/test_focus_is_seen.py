"""On a phone, what has the focus is never under what stays on the screen: the coding page and a synthesis."""

import pytest

from concertation.syntheses.models import Synthesis
from tests.browser.conftest import covered_by_keyboard
from tests.syntheses.conftest import contribution, extract, recommendation, synthesis, version  # noqa: F401 - fixtures

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.one_database("what is seen of the focus on a screen"),
]
PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_on_a_synthesis(new_page, version, key):
    phone = new_page(viewport=PHONE, has_touch=True, is_mobile=True)
    phone.goto(f"/c/innovation-urbaine/syntheses/{Synthesis.objects.get().number}/")

    assert covered_by_keyboard(phone, key, presses=40) == []


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_where_one_codes(new_page, log_in, organiser, extract, key):
    phone = new_page(viewport=PHONE, has_touch=True, is_mobile=True)
    log_in(phone, organiser)
    phone.goto(f"/c/innovation-urbaine/organiser/corpus/{extract.contribution.number}/")

    assert covered_by_keyboard(phone, key, presses=40) == []
