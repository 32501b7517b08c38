"""The address at which calendars are read: no sign-in, a secret instead."""

from django.urls import path

from symptoms.followups.views.reminders import feed

app_name = "calendar"

urlpatterns = [
    path("<str:secret>.ics", feed, name="feed"),
]
