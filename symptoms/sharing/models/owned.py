"""The parent of every row that belongs to a patient."""

import uuid
from typing import Any, Self

from django.db import models
from django.db.models import Q

from symptoms.accounts.models import User
from symptoms.lib import clock
from symptoms.sharing.models.grants import Grant
from symptoms.sharing.models.patients import Patient


class PatientOwnedQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Return the rows of the patients whose log `user` may read now, the own ones included."""
        shared = Grant.objects.current(clock.now()).reaching(user).values("patient")
        return self.filter(Q(patient__user=user.pk) | Q(patient__in=shared))


class PatientOwned(models.Model):
    """The parent of every row that belongs to a patient."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE)

    objects = PatientOwnedQuerySet.as_manager()

    class Meta:
        abstract = True
