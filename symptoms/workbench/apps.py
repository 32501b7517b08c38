from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    name = "symptoms.workbench"
    label = "workbench"
    verbose_name = "Workbench of the curators"
