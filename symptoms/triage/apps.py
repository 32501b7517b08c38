from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class TriageConfig(AppConfig):
    name = "symptoms.triage"
    label = "triage"
    verbose_name = "Triage"

    def ready(self) -> None:
        autodiscover_modules("receivers")
