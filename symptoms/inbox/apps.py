from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "symptoms.inbox"
    label = "inbox"
    verbose_name = "Inbox"
