from symptoms.sharing.forms.clinics import ClinicForm, MemberForm
from symptoms.sharing.forms.grants import ClinicShareForm, CodeForm, GrantForm, InviteForm

__all__ = ["ClinicForm", "ClinicShareForm", "CodeForm", "GrantForm", "InviteForm", "MemberForm"]
