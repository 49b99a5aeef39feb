"""Invite a list from lines or a file: what becomes of each line, and what joining and figures take from it."""

import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from concertation.consultations import actions
from concertation.consultations.actions.inviting_many import Fate, Invited, plan_invitations
from concertation.consultations.forms.inviting import InviteForm
from concertation.consultations.forms.joining import JoinForm
from concertation.consultations.models import Invitation, Role, Territory
from concertation.journal.models import JournalEntry
from concertation.live.audience import Audience
from concertation.notices.models import Message
from contributions.figures.divisions import Division
from contributions.figures.tables import table_of
from tests.reading import words

from .letters import token_of

pytestmark = pytest.mark.django_db

HEADER = "adresse;nom;Vous êtes;organisation;territoire;role\n"


@pytest.fixture
def kind(consultation):
    return consultation.actor_kinds.first()


@pytest.fixture
def page(consultation):
    return f"/c/{consultation.slug}/organiser/invitations/"


@pytest.fixture
def as_organiser(client, organiser):
    client.force_login(organiser)
    return client


def table(text):
    return SimpleUploadedFile("liste.csv", text.encode())


def fates(consultation, people, now):
    return [one.fate for one in plan_invitations(consultation, people, now=now)]


def test_only_the_organiser_invites_a_list(consultation, moderator, participant, now):
    for person in (moderator, participant):
        with pytest.raises(PermissionDenied):
            actions.invite_many(consultation, people=[Invited("a@exemple.fr")], by=person, now=now)


def test_nothing_is_written_by_a_check_nor_when_one_line_is_wrong(as_organiser, page, kind):
    text = HEADER + f"a@exemple.fr;Ada;{kind.label};;;\nb@exemple.fr;;inconnu;;nulle part;chef\n"
    for act in ({}, {"envoyer": "toutes"}):
        response = as_organiser.post(page, {"file": table(text), "role": "participant", **act})

        shown = words(response)
        assert "Ligne 3, colonne « vous êtes » : « inconnu » n’existe pas dans cette concertation." in shown
        assert "Ligne 3, colonne « territoire »" in shown
        assert "Ligne 3, colonne « rôle »" in shown
        assert not Invitation.objects.exists()
        assert not Message.objects.filter(key__startswith="invitation").exists()


def test_the_good_lines_are_invited_when_asked_from_the_page_of_the_check(as_organiser, page, kind, client):
    text = HEADER + f"a@exemple.fr;Ada;{kind.label};Ville de Lyon;departement:59;\n\npas une adresse;;;;;\n"
    checked = as_organiser.post(page, {"file": table(text), "role": "participant", "message": "À bientôt."})
    assert "Ligne 4, colonne « adresse »" in words(checked)
    again = dict(checked.context["form"].repeated)

    as_organiser.post(page, {**again, "envoyer": "bonnes"})

    made = Invitation.objects.get()
    assert (made.email, made.name, made.role) == ("a@exemple.fr", "Ada", "")
    assert (made.actor_kind, made.organisation.name) == (kind, "Ville de Lyon")
    assert made.territory == Territory.objects.get(kind="departement", code="59")
    assert "À bientôt." in Message.objects.get(key=made.mail_key).text


def test_a_workbook_is_read_as_a_csv_file_is(consultation, kind):
    book = Workbook()
    for row in (("Adresse", "VOUS ÊTES"), ("a@exemple.fr", kind.label)):
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    form = InviteForm(
        {"role": "team"}, {"file": SimpleUploadedFile("l.xlsx", data.getvalue())}, consultation=consultation
    )

    assert form.is_valid()
    assert form.lines.people == [Invited("a@exemple.fr", role="team", actor_kind=kind, line=2)]


def test_errors_alike_are_grouped_with_their_lines(consultation):
    text = HEADER + "".join(f"p{number}@exemple.fr;;inconnu;;;\n" for number in range(20))
    form = InviteForm({"role": "participant", "addresses": text}, {}, consultation=consultation)

    assert form.is_valid()
    [sentence] = form.report
    assert sentence.startswith("20 lignes, colonne «\u00a0vous êtes\u202f»")


def test_who_is_invited_or_takes_part_already_is_said_and_gets_no_mail(
    consultation, organiser, participant, partner, now
):
    later = now + actions.invitations.BETWEEN_LETTERS
    people = [
        Invited("neuve@exemple.fr"),
        Invited("invitee@exemple.fr"),
        Invited(participant.email),
        Invited(partner.email, role=Role.OPERATIONAL),
        Invited("neuve@exemple.fr"),
    ]
    actions.invite_many(consultation, people=people[1:2], by=organiser, now=now)

    planned = actions.invite_many(consultation, people=people, by=organiser, now=later)

    assert [one.fate for one in planned] == [
        Fate.NEW, Fate.INVITED, Fate.PARTICIPATES, Fate.HOLDS, Fate.REPEATED,
    ]  # fmt: skip
    mails = Message.objects.filter(key__startswith="invitation:").values_list("address", flat=True)
    assert sorted(mails) == ["invitee@exemple.fr", "neuve@exemple.fr"]


def test_two_clicks_invite_a_list_once(consultation, organiser, now):
    people = [Invited("a@exemple.fr"), Invited("b@exemple.fr")]
    for _click in range(2):
        planned = actions.invite_many(consultation, people=people, by=organiser, now=now)
        assert all(one.fate.is_sent for one in planned)

    assert Invitation.objects.count() == Message.objects.filter(key__startswith="invitation:").count() == 2
    [entry] = JournalEntry.objects.filter(verb="invitation.many_sent")
    assert entry.details == {"count": 2}


def test_an_expired_invitation_is_sent_again_with_a_new_link(consultation, organiser, now):
    people = [Invited("a@exemple.fr")]
    actions.invite_many(consultation, people=people, by=organiser, now=now)
    first = Invitation.objects.get()
    ended = first.expires_at

    assert fates(consultation, people, ended) == [Fate.AGAIN]
    actions.invite_many(consultation, people=people, by=organiser, now=ended)

    second = Invitation.objects.get()
    assert second.token_digest != first.token_digest
    assert second.expires_at > ended


def test_two_thousand_lines_cost_few_queries_and_send_nothing_in_the_request(
    consultation, organiser, now, django_assert_max_num_queries, mailoutbox
):
    people = [Invited(f"p{number}@exemple.fr") for number in range(2_000)]

    with django_assert_max_num_queries(100):
        actions.invite_many(consultation, people=people, by=organiser, now=now)

    assert Invitation.objects.count() == 2_000
    assert mailoutbox == []


def test_the_letter_has_the_words_of_the_organiser_and_their_name(consultation, organiser, now):
    actions.invite_many(
        consultation, people=[Invited("a@exemple.fr", name="Ada")], message="Venez.", by=organiser, now=now
    )

    text = Message.objects.get(address="a@exemple.fr").text
    assert text.index("Bonjour Ada,") < text.index("\n\nVenez.\n\n") < text.index(organiser.display_name)


def test_what_an_invitation_says_is_proposed_at_joining(consultation, organiser, newcomer, kind, now):
    assert "actor_kind" not in JoinForm(consultation=consultation, user=newcomer).initial
    territory = Territory.objects.get(kind="departement", code="59")
    person = Invited("autre@exemple.fr", actor_kind=kind, territory=territory)
    actions.invite_many(consultation, people=[person], open_to_others=True, by=organiser, now=now)
    assert "actor_kind" not in JoinForm(consultation=consultation, user=newcomer).initial

    actions.accept_invitation(token_of(Invitation.objects.get()), user=newcomer, now=now)

    initial = JoinForm(consultation=consultation, user=newcomer).initial
    assert (initial["actor_kind"], initial["territory"]) == (kind.pk, territory.pk)


def test_the_invited_are_counted_by_kind_and_beside_those_who_have_not_written(
    as_organiser, consultation, organiser, kind, now
):
    people = [Invited("a@exemple.fr", actor_kind=kind), Invited("b@exemple.fr", actor_kind=kind)]
    actions.invite_many(consultation, people=people, by=organiser, now=now)

    lines = table_of(consultation, Division.KIND, Audience.STAFF).lines
    assert [(one.group.label, one.numbers["invited"]) for one in lines if one.numbers["invited"]] == [(kind.label, 2)]
    page = as_organiser.get(f"/c/{consultation.slug}/organiser/chiffres/sans-contribution/")
    assert [row[:2] for row in page.context["table"]["rows"] if row[0] == kind.label] == [[kind.label, "2"]]
