from django.urls import path

from symptoms.inbox import views

app_name = "inbox"

urlpatterns = [
    path("flags/", views.queue, name="queue"),
    path("blood-tests/", views.blood_tests, name="blood-tests"),
    # One flag
    path("flags/<uuid:flag_id>/", views.flag, name="flag"),
    path("flags/<uuid:flag_id>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("flags/<uuid:flag_id>/resolve/", views.resolve, name="resolve"),
]
