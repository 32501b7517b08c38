from django.urls import path

from symptoms.diary import views

app_name = "diary"

urlpatterns = [
    # Log
    path("log/", views.log, name="log"),
    path("log/none/", views.log_none, name="log-none"),
    path("log/same/", views.log_same, name="log-same"),
    path("log/draft/", views.draft, name="draft"),
    path("log/found/", views.found, name="found"),
    # Read
    path("entries/<uuid:entry_id>/", views.entry, name="entry"),
    path("entries/<uuid:entry_id>/photos/<uuid:photo_id>/", views.photo, name="photo"),
    # Change
    path("entries/<uuid:entry_id>/edit/", views.entry_edit, name="entry-edit"),
    path("entries/<uuid:entry_id>/hide/", views.entry_hide, name="entry-hide"),
    path("entries/<uuid:entry_id>/delete/", views.entry_delete, name="entry-delete"),
    path("entries/<uuid:entry_id>/found/", views.entry_found, name="entry-found"),
]
