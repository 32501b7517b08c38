from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "symptoms.audit"
    label = "audit"
    verbose_name = "Audit"
