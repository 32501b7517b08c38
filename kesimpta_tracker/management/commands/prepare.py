"""Bring the database and all that is read from files up to this version. Quick when there is nothing to do."""

import hashlib
import io
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kesimpta_tracker.roles import as_owner
from symptoms.notifications.vapid import vapid_keys


class Command(BaseCommand):
    help = "Migrate, load catalogue and rules, collect static files, make keys, and with --demo make the demo cast."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", type=Path, metavar="FILE", help="make the demo cast, keep sign-ins in FILE")

    def handle(self, *args: Any, demo: Path | None, **options: Any) -> None:
        if settings.DATABASE_OWNER:
            role = connection.settings_dict["USER"]
            with as_owner():
                self._migrate()
                call_command("grant_runtime_role", role, stdout=io.StringIO())
        else:
            self._migrate()
        # A restored backup must not bring back whom it was too old to know as erased.
        call_command("replay_tombstones", stdout=io.StringIO())
        self._collect_static()
        call_command("load_catalogue", stdout=io.StringIO())
        call_command("load_rules", stdout=io.StringIO())
        call_command("read_notes", stdout=io.StringIO())
        vapid_keys()
        call_command("seal_factors", stdout=io.StringIO())
        if demo:
            call_command("seed_demo", sign_ins=demo, stdout=io.StringIO())

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write(f"  Setting up the database ({len(plan)} steps)")
            call_command("migrate", interactive=False, verbosity=0)

    def _collect_static(self) -> None:
        mark = Path(settings.STATIC_ROOT) / ".sources"
        now = static_sources()
        if not mark.exists() or mark.read_text() != now:
            self.stdout.write("  Collecting static files")
            call_command("collectstatic", interactive=False, clear=True, verbosity=0)
            mark.write_text(now)


def static_sources() -> str:
    """Return a fingerprint of every static file: path, size and time of last change."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            about = Path(storage.path(path)).stat()
            digest.update(f"{path} {about.st_size} {about.st_mtime_ns}\n".encode())
    return digest.hexdigest()
