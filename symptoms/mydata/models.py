from typing import ClassVar

from django.db import models

from symptoms.lib import clock


class Tombstone(models.Model):
    """That somebody was erased, and when. It holds random ids and nothing else, so that a restored backup can be
    cleared of them again. The same lines stand in the file of the setting `TOMBSTONES`, outside the database.
    """

    account = models.UUIDField(unique=True)
    patient = models.UUIDField(null=True)
    erased_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager["Tombstone"]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.account}"
