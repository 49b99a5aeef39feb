"""Users and organisations. The e-mail address is the login; there is no user name."""

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from concertation.documents.conflicts import VERSION
from concertation.texts.fields import FoldedField, IdentityField, SortKeyField, has_words

from . import mailboxes

# Any letter, with a capital, a space or a letter that none of our code words has.
LOOKS_LIKE_WORDS = re.compile(r"(?=.*[^\W\d_])(?:.*[^a-z0-9:._-])", re.DOTALL)


def words_of(fields: Iterable[tuple[str, str]]) -> list[str]:
    """Return the words in sent fields: not numbers, dates, uuids, versions or values of choices."""
    return [value for name, value in fields if name != VERSION and LOOKS_LIKE_WORDS.search(value)]


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user who may log in with ``email``; without a password, by code only."""
        user = self.model(email=mailboxes.canonical(email), **fields)
        if password:
            user.set_password(password)
        else:
            user.set_unusable_password()
        user.save(using=self._db)
        return user

    def reached_at(self, address: str) -> "User | None":
        """Return users with an open account of this address, in any notation."""
        try:
            return self.filter(email=mailboxes.canonical(address), is_active=True).first()
        except ValidationError:
            return None

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(_("adresse électronique"), unique=True)
    display_name = models.CharField(_("nom affiché"), max_length=80, blank=True)
    folded = FoldedField(of="display_name")
    sort_key = SortKeyField(of="display_name", db_index=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(email=Lower("email")), name="address_in_lower_case")]

    def __str__(self) -> str:
        return self.display_name or str(_("Compte sans nom"))


class SavedForm(models.Model):
    """A form sent with an expired session or token; its sender may send it again within a day."""

    key = models.CharField(max_length=40, unique=True)
    address = models.CharField(max_length=500, help_text="Where it was posted to")
    page = models.CharField(max_length=500, blank=True, help_text="The page that held it")
    fields = models.JSONField(help_text="Names and values, in order")
    files = models.JSONField(help_text="Names of the files, which are not kept")
    viewer = models.CharField(max_length=16, blank=True, help_text="The drafts.reader_key of who typed it")
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key

    @property
    def page_address(self) -> str:
        return reverse("accounts:saved_form", args=[self.key])


class OrganisationKind(models.TextChoices):
    PUBLIC = "public", _("Collectivité ou établissement public")
    COMPANY = "company", _("Entreprise")
    ASSOCIATION = "association", _("Association")
    RESEARCH = "research", _("Recherche et enseignement")
    OTHER = "other", _("Autre")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def offered(self) -> "OrganisationQuerySet":
        """Return those that may be chosen: merged ones only exist for the texts that refer to them."""
        return self.filter(merged_into=None)

    def matching(self, words: str) -> "OrganisationQuerySet":
        """Return those whose name has these words, in French order."""
        return self.offered().filter(has_words(words, "folded")).order_by("sort_key")


_OrganisationManager = models.Manager.from_queryset(OrganisationQuerySet)


class ReadyOrganisations(_OrganisationManager["Organisation"]):
    """Manager without organisations that an import has created and not published yet."""

    def get_queryset(self) -> OrganisationQuerySet:
        return OrganisationQuerySet(self.model, using=self._db).filter(is_ready=True)


class Organisation(models.Model):
    name = models.CharField(_("nom"), max_length=160)
    identity = IdentityField(of="name", unique=True)
    folded = FoldedField(of="name", db_index=True)
    sort_key = SortKeyField(of="name", db_index=True)
    kind = models.CharField(_("type"), max_length=12, choices=OrganisationKind.choices, default=OrganisationKind.OTHER)
    siret = models.CharField(_("SIRET"), max_length=14, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    is_ready = models.BooleanField(default=True, editable=False, help_text="False until its import is published")

    objects = ReadyOrganisations()
    every = OrganisationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.shown.name

    @property
    def shown(self) -> "Organisation":
        """The organisation to show in pages, exports and counts: the target of a merged one."""
        return self.merged_into or self


class LegalText(models.Model):
    """One version of a text that people accept; a new wording is a new version, never an edit."""

    class Kind(models.TextChoices):
        CHARTER = "charter", _("Charte de la concertation")
        NOTICE = "notice", _("Mentions légales")
        PRIVACY = "privacy", _("Données personnelles")
        ACCESSIBILITY = "accessibility", _("Accessibilité")
        CONTACT = "contact", _("Contact")

    key = models.CharField(max_length=80, help_text="Which text this is a version of, such as charter:12")
    kind = models.CharField(max_length=13, choices=Kind.choices)
    version = models.PositiveIntegerField()
    title = models.CharField(_("titre"), max_length=160)
    body = models.TextField(_("texte"))
    html = models.TextField(editable=False)
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="one_text_per_version")]

    def __str__(self) -> str:
        return f"{self.title} (v{self.version})"


class LegalAcceptance(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="acceptances")
    text = models.ForeignKey(LegalText, on_delete=models.PROTECT, related_name="acceptances")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "text"], name="one_acceptance_per_text")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.text_id}"
