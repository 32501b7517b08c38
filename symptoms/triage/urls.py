from django.urls import path

from symptoms.triage.views import advice

app_name = "triage"

urlpatterns = [
    # The advice for one entry
    path("entries/<uuid:entry_id>/advice/", advice.advice, name="advice"),
    path("entries/<uuid:entry_id>/advice/called/", advice.advice_called, name="advice-called"),
    path("entries/<uuid:entry_id>/advice/urgency/", advice.advice_urgency, name="advice-urgency"),
]
