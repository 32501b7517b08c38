from django.urls import path

from symptoms.triage.views import advice, settings

app_name = "triage"

urlpatterns = [
    # The advice for one entry
    path("entries/<uuid:entry_id>/advice/", advice.advice, name="advice"),
    path("entries/<uuid:entry_id>/advice/called/", advice.advice_called, name="advice-called"),
    path("entries/<uuid:entry_id>/advice/urgency/", advice.advice_urgency, name="advice-urgency"),
    # How the rules read this diary
    path("rules/", settings.settings, name="settings"),
    path("rules/change/", settings.settings_change, name="settings-change"),
    path("rules/usual/", settings.usual_add, name="usual-add"),
    path("rules/usual/<uuid:usual_id>/end/", settings.usual_end, name="usual-end"),
    path("rules/expected/", settings.expected_add, name="expected-add"),
    path("rules/expected/<uuid:expected_id>/end/", settings.expected_end, name="expected-end"),
]
