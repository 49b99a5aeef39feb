"""One address, one account, however it was typed or pasted, by every door."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from concertation.accounts import mailboxes
from concertation.accounts.actions import open_account
from concertation.accounts.forms import AddressForm
from concertation.accounts.mailboxes import canonical, parsed
from concertation.accounts.models import User
from concertation.consultations import actions
from concertation.consultations.forms.inviting import InviteForm
from concertation.consultations.forms.people import RoleForm
from concertation.consultations.models import Invitation

PASTED = [
    "a@ville.fr", " A@Ville.FR ", "\u200ba@ville.fr", "a@ville.fr\u2060", "\ufeffa@\u200bville.fr",
    "\u202aa@ville.fr\u202c", "a\u200b@ville.fr", "<mailto:a@ville.fr>", "mailto:a@ville.fr", "Nom (a@ville.fr)",
    "Nom <a@ville.fr>", "a\uff20ville.fr", "a@ville.fr.", "« a@ville.fr »", "a@ville.fr;",
]  # fmt: skip
ACCENTED = ["a@mairie-orléans.fr", "a@xn--mairie-orlans-khb.fr", "A@MAIRIE-ORLÉANS.FR", "a@mairie-orle\u0301ans.fr"]


@pytest.mark.parametrize("typed", PASTED)
def test_an_address_is_read_whatever_is_around_it(typed):
    assert canonical(typed) == "a@ville.fr"


@pytest.mark.parametrize("typed", ACCENTED)
def test_an_accented_domain_has_one_form(typed):
    assert canonical(typed) == "a@xn--mairie-orlans-khb.fr"


@pytest.mark.parametrize(
    "typed",
    [
        "", "nadia", "nadia@", "@ville.fr", "a@b.fr c@d.fr", "a@b", "é@ville.fr", "a@" + "x" * 64 + ".fr",
        f"a@{'.'.join(['x' * 62] * 4)}.fr",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(ValidationError):
        canonical(typed)


@pytest.mark.parametrize("around", ["x " * 600, "\u0301" * 1_200, "x" * 1_200])
def test_a_line_that_no_address_and_no_name_fill_is_not_read(around, monkeypatch):
    monkeypatch.setattr(mailboxes, "one_line", pytest.fail)

    form = AddressForm({"adresse": f"a@ville.fr {around}"})

    assert form.errors == {"adresse": ["Cette adresse est incomplète. Elle ressemble à nom@exemple.fr."]}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("marché@ville.fr", "Cette adresse contient « é », qui n’est pas accepté avant le signe @. Vérifiez-la."),
        ("marche\u0301@ville.fr", "Cette adresse contient « é », qui n’est pas accepté avant le signe @. Vérifiez-la."),
        ("cœur@ville.fr", "Cette adresse contient « œ », qui n’est pas accepté avant le signe @. Vérifiez-la."),
        ("a/b§c@ville.fr", "Cette adresse contient « § », qui n’est pas accepté avant le signe @. Vérifiez-la."),
        ("a@ville.fr b@ville.fr", "Indiquez une seule adresse."),
        ("marche@ville", "Cette adresse est incomplète. Elle ressemble à nom@exemple.fr."),
    ],
)
def test_the_refusal_of_an_address_says_what_is_wrong_with_it(typed, sentence):
    said = AddressForm({"adresse": typed}).errors["adresse"]

    assert [one.replace("\u00a0", " ").replace("\u202f", " ") for one in said] == [sentence]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Claire Le Goff <c@ville.fr>", "Claire Le Goff"),
        ("c@ville.fr Claire", "Claire"),
        ("Le Goff ; c@ville.fr;", "Le Goff"),
    ],
)
def test_the_name_beside_an_address_is_kept(line, name):
    assert parsed(line) == ("c@ville.fr", name)


@pytest.mark.django_db
@pytest.mark.parametrize("ways", [PASTED, ACCENTED])
def test_every_door_leads_to_one_account(ways, consultation, organiser, now):
    address = canonical(ways[0])
    opened = {open_account(typed, now=now).pk for typed in ways}
    call_command("create_administrator", email=ways[-1], name="La cheffe", no_input=True)

    assert opened == {User.objects.get(email=address).pk}
    for typed in ways:
        form = AddressForm({"adresse": typed})
        assert (form.is_valid(), form.cleaned_data["adresse"]) == (True, address)
        role = RoleForm({"to": typed, "role": "team", "ends_at_jour": ""}, consultation=consultation)
        assert role.is_valid(), role.errors
        assert role.cleaned_data["to"].email == address
        invited = InviteForm({"addresses": typed, "role": "team"}, consultation=consultation)
        assert invited.is_valid(), invited.errors
        assert [one.email for one in invited.lines.people] == [address]
        actions.invite(consultation, email=typed, role="team", organisation=None, by=organiser, now=now)
    assert [one.email for one in Invitation.objects.all()] == [address]
