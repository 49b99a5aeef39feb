"""Threads are kept by what they show: whoever would read something else gets something else."""

from dataclasses import fields, replace

import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from concertation.consultations.standing import standing_of
from concertation.viewer import Viewer
from contributions import actions
from contributions.models import Contribution
from contributions.shells import Shell, shells_for, threads_html

pytestmark = pytest.mark.django_db
OTHERWISE = {"row": SafeString("<p>Autre</p>"), "aside": SafeString("R-07"), "reaction": "agree", "folded": (4,)}


def seen_by(user, consultation, root, *replies) -> Shell:
    rows = Contribution.objects.select_related("topic__phase", "root").in_bulk([root.pk, *(one.pk for one in replies)])
    standing = standing_of(Viewer(user, timezone.now()), consultation)
    return shells_for(standing, [rows[root.pk]], {root.pk: [rows[one.pk] for one in replies]})[0]


def drawn(shell: Shell, consultation) -> str:
    return render_to_string("contributions/shell.html", {"shell": shell, "consultation": consultation})


def test_each_reader_gets_what_the_template_says_for_them(
    consultation, contribution, reply, participant, other_participant, moderator, visitor
):
    actions.react(contribution, kind="agree", by=other_participant)
    people = [visitor, participant, other_participant, moderator]
    for _ in range(2):  # drawn, then kept
        for user in people:
            shell = seen_by(user, consultation, contribution, reply)
            assert threads_html([shell], consultation.slug) == drawn(shell, consultation)


def test_all_that_a_shell_says_is_in_its_digest(consultation, contribution, reply, participant):
    shell = seen_by(participant, consultation, contribution, reply)
    slug = consultation.slug
    others = [
        replace(shell, **{one.name: OTHERWISE.get(one.name, not getattr(shell, one.name))})
        for one in fields(shell)
        if one.name not in ("contribution", "composer", "replies")
    ]
    others += [replace(shell, replies=[]), replace(shell.replies[0], replies=[])]
    others.append(replace(shell, replies=[replace(shell.replies[0], reaction="agree")]))

    assert len({shell.digest(slug), shell.digest("autre"), *(one.digest(slug) for one in others)}) == len(others) + 2


def test_a_shell_with_a_form_is_never_kept(consultation, contribution, participant):
    shell = replace(seen_by(participant, consultation, contribution), composer=object())

    with pytest.raises(AssertionError):
        threads_html([shell], consultation.slug)
