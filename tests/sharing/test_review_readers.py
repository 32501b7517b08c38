"""Nobody is named as a reader who cannot read, and nobody is led elsewhere after signing in."""

from django.test import Client

from symptoms.accounts.models import User
from symptoms.sharing.models import ClinicMember
from symptoms.sharing.selectors import readership_of
from tests.factories.cast import Cast, confirmed


def test_a_person_whose_account_is_closed_is_no_reader(cast: Cast) -> None:
    User.objects.filter(pk=cast.sam.pk).update(is_active=False)
    assert readership_of(cast.ana_log).people == []


def test_a_clinic_that_nobody_staffs_is_no_reader(cast: Cast) -> None:
    ClinicMember.objects.filter(user=cast.lindqvist).update(is_active=False)
    assert readership_of(cast.ana_log).clinics == [cast.clinic]
    User.objects.filter(pk=cast.okoye.pk).update(is_active=False)
    assert readership_of(cast.ana_log).clinics == []


def test_signing_in_never_leads_elsewhere(cast: Cast, client: Client) -> None:
    cast.ana.set_password("a long enough word")
    cast.ana.save()
    confirmed(cast.ana)  # who has not confirmed their address is led to that first, wherever they wanted to go
    for evil in ("//evil.example", "https:evil.example", "/\\evil.example", "/%5cevil.example", "javascript:alert(1)"):
        client.logout()
        answer = client.post(
            "/account/login/", {"login": cast.ana.email, "password": "a long enough word", "next": evil}
        )
        assert answer.status_code == 302
        assert answer["Location"] in {"/", "/%5cevil.example"}, evil
