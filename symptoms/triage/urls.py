from django.urls import path

from symptoms.triage import views

app_name = "triage"

urlpatterns = [
    # The advice for one entry
    path("entries/<uuid:entry_id>/advice/", views.advice, name="advice"),
    path("entries/<uuid:entry_id>/advice/called/", views.advice_called, name="advice-called"),
]
