from django.apps import AppConfig


class DiaryConfig(AppConfig):
    name = "symptoms.diary"
    label = "diary"
    verbose_name = "Diary"
