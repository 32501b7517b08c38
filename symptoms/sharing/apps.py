from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class SharingConfig(AppConfig):
    name = "symptoms.sharing"
    label = "sharing"
    verbose_name = "Sharing"

    def ready(self) -> None:
        autodiscover_modules("receivers")
