from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class FollowupsConfig(AppConfig):
    name = "symptoms.followups"
    label = "followups"
    verbose_name = "Follow-ups"

    def ready(self) -> None:
        autodiscover_modules("receivers")
