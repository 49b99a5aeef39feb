"""The verbs of accounts."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.journal.actions import record
from concertation.journal.limits import wait_before
from concertation.live.actions import Announcement, announce
from concertation.slots import Slot
from concertation.texts.fields import with_made_of
from concertation.texts.templatetags.french import duration

from .limits import TooMany
from .mailboxes import canonical
from .models import User
from .names import check_display_name, check_own_name

RENAMES_A_DAY = 10

# The pages that show the name of a user, announced with the renaming.
user_renamed: Slot[[User, datetime], Announcement] = Slot()


def open_account(address: str, *, now: datetime) -> User:
    """Return the account of a proved address; create it the first time."""
    email = canonical(address)
    with transaction.atomic():
        user, is_new = User.objects.get_or_create(
            email=email, defaults={"password": make_password(None), "date_joined": now}
        )
        EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
        if is_new:
            record("user.opened", user, by=user)
    return user


def rename_user(user: User, *, display_name: str, by: User) -> User:
    """Change the name shown beside a person's texts."""
    if by.pk != user.pk:
        raise PermissionDenied
    if check_display_name(display_name) == user.display_name:
        return user
    name = check_own_name(display_name, user)
    with transaction.atomic():
        wait = wait_before("user.renamed", by=by, most=RENAMES_A_DAY, within=timedelta(days=1))
        if wait:
            refusal = _("Vous avez déjà beaucoup changé de nom. Réessayez dans %(wait)s.")
            raise TooMany(refusal, code="too_many", params={"wait": duration(wait)})
        user.display_name = name
        user.save(update_fields=with_made_of(User, ["display_name"]))
        record("user.renamed", user, by=by)
        announce(*user_renamed.gather(user, timezone.now()))
    return user
