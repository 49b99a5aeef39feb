"""Verbs of a consultation: every change of its lists, its programme and its people goes through one of them."""

from .cloning import clone_consultation
from .consultations import (
    archive_consultation,
    create_consultation,
    delete_consultation,
    edit_consultation,
    is_deletable,
    publish_charter,
    reopen_consultation,
)
from .frame import (
    create_item,
    create_items,
    delete_item,
    discard_items,
    edit_item,
    prepare_actor_kinds,
    reason_of_import,
    reorder,
    reorder_items,
    show_actor_kinds,
)
from .invitations import accept_invitation, give_role, invite, resend_invitation, revoke_invitation
from .inviting_many import invite_many
from .merging import merge_organisations, separate_organisation
from .opening import cancel_opening, open_consultation
from .organisations import (
    bulk_find_or_create_organisations,
    discard_organisations,
    find_or_create_organisation,
    prepare_organisations,
    show_organisations,
)
from .participations import (
    ImportedPerson,
    edit_participation,
    join_consultation,
    prepare_participations,
    show_participations,
)
from .programme import (
    create_phase,
    create_topic,
    create_topics,
    delete_phase,
    delete_topic,
    discard_topics,
    duplicate_phase,
    edit_phase,
    edit_topic,
    prepare_topic,
    show_topics,
)
from .roles import end_role, grant_role
from .speaking import confirm_speaker, refuse_speaker
from .suspensions import lift_suspension, suspend_participation
from .territories import import_territories
from .trials import delete_trials, mark_trial

__all__ = [
    "ImportedPerson",
    "accept_invitation",
    "archive_consultation",
    "bulk_find_or_create_organisations",
    "cancel_opening",
    "clone_consultation",
    "confirm_speaker",
    "create_consultation",
    "create_item",
    "create_items",
    "create_phase",
    "create_topic",
    "create_topics",
    "delete_consultation",
    "delete_item",
    "delete_phase",
    "delete_topic",
    "delete_trials",
    "discard_items",
    "discard_organisations",
    "discard_topics",
    "duplicate_phase",
    "edit_consultation",
    "edit_item",
    "edit_participation",
    "edit_phase",
    "edit_topic",
    "end_role",
    "find_or_create_organisation",
    "give_role",
    "grant_role",
    "import_territories",
    "invite",
    "invite_many",
    "is_deletable",
    "join_consultation",
    "lift_suspension",
    "mark_trial",
    "merge_organisations",
    "open_consultation",
    "prepare_actor_kinds",
    "prepare_organisations",
    "prepare_participations",
    "prepare_topic",
    "publish_charter",
    "reason_of_import",
    "refuse_speaker",
    "reopen_consultation",
    "reorder",
    "reorder_items",
    "resend_invitation",
    "revoke_invitation",
    "separate_organisation",
    "show_actor_kinds",
    "show_organisations",
    "show_participations",
    "show_topics",
    "suspend_participation",
]
