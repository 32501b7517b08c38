from django.urls import path

from symptoms.notifications import views

app_name = "notifications"

urlpatterns = [
    # Open to all
    path("r/<str:token>/", views.answer, name="answer"),
    path("push-worker.js", views.push_worker, name="push-worker"),
    # What waits for the person
    path("notices/", views.notices, name="notices"),
    path("notices/<uuid:notice_id>/answer/", views.answer_here, name="answer-here"),
    path("notices/<uuid:notice_id>/aside/", views.set_aside, name="set-aside"),
    # How the person is reached
    path("you/reminders/", views.reminders, name="reminders"),
    path("you/reminders/test/<slug:channel>/", views.test_channel, name="test"),
    path("you/reminders/browsers/", views.browser_add, name="browser-add"),
    path("you/reminders/browsers/<uuid:browser_id>/forget/", views.browser_forget, name="browser-forget"),
    path("you/reminders/resume/<slug:kind>/<uuid:subject_id>/", views.resume, name="resume"),
]
