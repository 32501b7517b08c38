from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "symptoms.sharing"
    label = "sharing"
    verbose_name = "Sharing"
