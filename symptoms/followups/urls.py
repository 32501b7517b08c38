from django.urls import path

from symptoms.followups import views
from symptoms.followups.views import reminders

app_name = "followups"

urlpatterns = [
    path("injections/", views.injections, name="injections"),
    # Reminders
    path("reminders/", reminders.reminders, name="reminders"),
    path("reminders/copies/", reminders.copy_add, name="copy-add"),
    path("reminders/copies/<uuid:copy_id>/end/", reminders.copy_end, name="copy-end"),
    path("reminders/calendar/", reminders.calendar_make, name="calendar-make"),
    path("reminders/calendar/end/", reminders.calendar_end, name="calendar-end"),
]
