from django.apps import AppConfig


class FollowupsConfig(AppConfig):
    name = "symptoms.followups"
    label = "followups"
    verbose_name = "Follow-ups"
