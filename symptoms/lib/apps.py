from django.apps import AppConfig
from django.db.backends.signals import connection_created

from symptoms.lib.acting import begin_telling


class LibConfig(AppConfig):
    name = "symptoms.lib"
    label = "lib"
    verbose_name = "Lib"

    def ready(self) -> None:
        connection_created.connect(begin_telling, dispatch_uid="lib.who-acts")
