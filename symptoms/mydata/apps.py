from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class MyDataConfig(AppConfig):
    name = "symptoms.mydata"
    label = "mydata"
    verbose_name = "My data"

    def ready(self) -> None:
        autodiscover_modules("receivers")
