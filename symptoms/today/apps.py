from django.apps import AppConfig


class TodayConfig(AppConfig):
    name = "symptoms.today"
    label = "today"
    verbose_name = "Today"
