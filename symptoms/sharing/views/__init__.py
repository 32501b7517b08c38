from symptoms.sharing.views.clinics import clinic_settings, member_invite, member_remove, member_withdraw, members
from symptoms.sharing.views.history import history
from symptoms.sharing.views.invitations import invitation, invitation_code
from symptoms.sharing.views.sharing import (
    change,
    invitation_confirm,
    invitation_withdraw,
    invite,
    revoke,
    share_with_clinic,
    shared_logs,
    sharing,
    start,
)

__all__ = [
    "change",
    "clinic_settings",
    "history",
    "invitation",
    "invitation_code",
    "invitation_confirm",
    "invitation_withdraw",
    "invite",
    "member_invite",
    "member_remove",
    "member_withdraw",
    "members",
    "revoke",
    "share_with_clinic",
    "shared_logs",
    "sharing",
    "start",
]
