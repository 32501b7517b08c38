from django.urls import path

from symptoms.mydata import views

app_name = "mydata"

urlpatterns = [
    path("p/<uuid:patient_id>/my-data/download/", views.download_diary, name="download"),
    path("p/<uuid:patient_id>/my-data/import/", views.import_diary, name="import"),
    # The reader's own account
    path("you/my-data/", views.my_data, name="my-data"),
    path("you/my-data/download/", views.download_account, name="download-account"),
    path("you/erase/", views.erase, name="erase"),
    path("you/erase/keep/", views.keep, name="keep"),
]
