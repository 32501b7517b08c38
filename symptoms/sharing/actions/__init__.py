from symptoms.sharing.actions.clinics import LastManager, add_member, make_clinic, remove_member, set_clinic
from symptoms.sharing.actions.grants import grant_access, revoke_access, set_notice, start_diary
from symptoms.sharing.actions.invitations import (
    NotForThisAccount,
    NotOpen,
    check_account,
    confirm,
    digest,
    invite_to_clinic,
    invite_to_log,
    plain,
    still_offered,
    take_up,
    withdraw,
)

__all__ = [
    "LastManager",
    "NotForThisAccount",
    "NotOpen",
    "add_member",
    "check_account",
    "confirm",
    "digest",
    "grant_access",
    "invite_to_clinic",
    "invite_to_log",
    "make_clinic",
    "plain",
    "remove_member",
    "revoke_access",
    "set_clinic",
    "set_notice",
    "start_diary",
    "still_offered",
    "take_up",
    "withdraw",
]
