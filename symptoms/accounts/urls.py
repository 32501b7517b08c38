from django.urls import path

from symptoms.accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.you, name="you"),
    path("sessions/", views.sessions, name="sessions"),
    path("sessions/end/", views.end_session, name="session-end"),
    path("sessions/end-others/", views.end_other_sessions, name="sessions-end-others"),
]
