from django.urls import path

from symptoms.accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.you, name="you"),
]
