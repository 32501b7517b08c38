"""Accounts that nobody can sign in to: they keep the name of who wrote a row of an imported diary.

An imported entry by a caregiver must stay a caregiver's: the rules read "she" in it as the patient. So its writer
gets an account that is closed, without a password, under an address that exists nowhere (RFC 2606), and every page
shows the name with the mark, so that nobody takes it for somebody of this tracker.
"""

from collections.abc import Iterable
from typing import Final
from uuid import uuid4

from symptoms.accounts.models import User

DOMAIN: Final = "imported.invalid"
MARK: Final = " (imported)"
LONGEST_NAME: Final = 80 - len(MARK)
UNNAMED: Final = "Somebody"


def shown_name(user: User) -> str:
    """Return the name as the download tells it: without the mark, and never an e-mail address."""
    name = user.name.removesuffix(MARK) if is_stand_in(user) else user.name
    return UNNAMED if "@" in name or not name.strip() else name


def is_stand_in(user: User) -> bool:
    return user.email.endswith(f"@{DOMAIN}")


def make_stand_ins(names: Iterable[str]) -> list[User]:
    """Make a closed account for each name, in one query."""
    made = [
        User(email=f"{uuid4().hex}@{DOMAIN}", name=f"{name[:LONGEST_NAME]}{MARK}", is_active=False) for name in names
    ]
    for one in made:
        one.set_unusable_password()
    return User.objects.bulk_create(made)
