from django.urls import path

from symptoms.today import views

app_name = "today"

urlpatterns = [
    path("", views.home, name="home"),
    # One patient's first page
    path("p/<uuid:patient_id>/", views.today, name="today"),
    # The diary by month, with its shots and flags
    path("p/<uuid:patient_id>/diary/", views.month, name="month"),
]
