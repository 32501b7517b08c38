from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules

from symptoms.sharing.wall import build


class SharingConfig(AppConfig):
    name = "symptoms.sharing"
    label = "sharing"
    verbose_name = "Sharing"

    def ready(self) -> None:
        autodiscover_modules("receivers")
        post_migrate.connect(build, sender=self, dispatch_uid="sharing.wall")
