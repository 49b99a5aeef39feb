"""Reading an invitation's letter as the person who got it does."""

import re

from concertation.consultations.models import Invitation
from concertation.notices.models import Message


def token_of(invitation: Invitation) -> str:
    text = Message.objects.get(key=Invitation.objects.get(pk=invitation.pk).mail_key).text
    found = re.search(r"/invitation/([\w-]+)/", text)
    assert found
    return found.group(1)
