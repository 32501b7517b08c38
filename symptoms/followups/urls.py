from django.urls import path

from symptoms.followups import views

app_name = "followups"

urlpatterns = [
    path("injections/", views.injections, name="injections"),
]
