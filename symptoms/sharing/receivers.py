"""What the sharing tells the accounts below it."""

from django.db.models import Exists, OuterRef, Q

from symptoms.accounts.factors import require_for
from symptoms.sharing.models import ClinicMember


def is_clinic_member() -> Q:
    """Hold for everybody who works in a clinic: they read what others wrote, so a password is not enough."""
    return Q(Exists(ClinicMember.objects.filter(user=OuterRef("pk"), is_active=True)))


require_for(is_clinic_member)
