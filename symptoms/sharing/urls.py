from django.urls import path

from symptoms.sharing import views

app_name = "sharing"

urlpatterns = [
    path("shared/", views.shared_logs, name="shared-logs"),
    path("start/", views.start, name="start"),
    # One patient's sharing
    path("p/<uuid:patient_id>/sharing/", views.sharing, name="sharing"),
    path("p/<uuid:patient_id>/sharing/<uuid:grant_id>/revoke/", views.revoke, name="revoke"),
]
