from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "symptoms.accounts"
    label = "accounts"
    verbose_name = "Accounts"
