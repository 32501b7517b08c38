from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "symptoms.lib"
    label = "lib"
    verbose_name = "Lib"
