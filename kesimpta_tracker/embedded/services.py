"""Put the parts together: which servers run for a folder `var/`, as whom, and at which addresses."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kesimpta_tracker.embedded.binaries import find_postgres, find_valkey
from kesimpta_tracker.embedded.places import Places
from kesimpta_tracker.embedded.postgres import Postgres, give
from kesimpta_tracker.embedded.root import reachable_data, reachable_programs, server_identity
from kesimpta_tracker.embedded.valkey import Valkey
from kesimpta_tracker.problems import Problem

OPEN_TO_ALL = "/tmp"  # noqa: S108 (only made into by mkdtemp)
BELONGS = (
    "The folder {folder} belongs to {owner}, and you are {us}. Start the tracker as that user, "
    "or use a copy of the project of your own."
)
"""Shown when `var/` was made by somebody else: taking it over would lock the other one out."""


@dataclass(frozen=True)
class Embedded:
    """The servers of one folder. None where the environment names one that runs elsewhere."""

    postgres: Postgres | None
    valkey: Valkey | None


def embedded_for(places: Places, sockets: Path, environment: Mapping[str, str]) -> Embedded:
    """Return the servers that must be started here, given what the environment names."""
    return Embedded(
        postgres=None if names(environment, "DATABASE_URL") else postgres_for(places, sockets),
        valkey=None if names(environment, "BROKER_URL") else valkey_for(places, sockets),
    )


def names(environment: Mapping[str, str], name: str) -> bool:
    """Say whether the environment gives this address, itself or as the path of a file."""
    return bool(environment.get(name) or environment.get(f"{name}_FILE"))


def valkey_for(places: Places, sockets: Path) -> Valkey:
    return Valkey(find_valkey(), places.var / "valkey", sockets)


def postgres_for(
    places: Places, sockets: Path, identity: str | None = None, extra_settings: Sequence[str] = ()
) -> Postgres:
    """Return the PostgreSQL of this folder. As `nobody`, it gets folders that `nobody` can reach."""
    programs = find_postgres()
    postgres = Postgres(
        programs=programs,
        data=places.var / "postgres",
        sockets=sockets,
        password=places.secret("database-password"),
        superuser_password=places.secret("database-superuser-password"),
        runtime_password=places.secret("database-runtime-password"),
        identity=identity or server_identity(programs),
        extra_settings=extra_settings,
    )
    if ":" not in postgres.identity:
        return postgres
    private = Path(tempfile.mkdtemp(prefix="kesimpta-", dir=OPEN_TO_ALL))
    give(private, postgres.identity)
    return replace(postgres, programs=reachable_programs(programs), data=reachable_data(postgres.data), sockets=private)


def check_owner(places: Places) -> None:
    """Refuse a folder that another person started the tracker in."""
    if places.var.exists() and (owner := places.var.stat().st_uid) != os.geteuid():
        raise Problem(BELONGS.format(folder=places.var, owner=f"user {owner}", us=f"user {os.geteuid()}"))
