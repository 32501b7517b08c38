from typing import Any

from django.core.management.base import BaseCommand

from symptoms.mydata.actions import replay_tombstones


class Command(BaseCommand):
    help = "Erase again whoever was erased and is back, as after a restore. Part of each start."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{replay_tombstones()} erased again")
