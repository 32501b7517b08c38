from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccountsConfig(AppConfig):
    name = "symptoms.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        autodiscover_modules("receivers")
