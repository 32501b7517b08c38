from django.urls import path

from symptoms.catalogue import views

app_name = "catalogue"

urlpatterns = [
    path("side-effects/", views.browse, name="browse"),
    path("side-effects/<slug:slug>/", views.side_effect, name="side-effect"),
    path("urgent-help/", views.urgent_help, name="urgent-help"),
]
