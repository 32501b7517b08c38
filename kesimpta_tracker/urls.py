from django.contrib import admin
from django.urls import include, path

from kesimpta_tracker import catcher, demo_codes, health, views

urlpatterns = [
    path("", include("symptoms.today.urls")),
    path("", include("symptoms.sharing.urls")),
    path("", include("symptoms.catalogue.urls")),
    path("", include("symptoms.notifications.urls")),
    path("feed/", include("symptoms.followups.feed_urls")),
    path("p/<uuid:patient_id>/", include("symptoms.diary.urls")),
    path("p/<uuid:patient_id>/", include("symptoms.followups.urls")),
    path("p/<uuid:patient_id>/", include("symptoms.triage.urls")),
    path("clinics/<uuid:clinic_id>/", include("symptoms.inbox.urls")),
    path("rules/", include("symptoms.workbench.urls")),
    path("", include("symptoms.mydata.urls")),
    path("you/", include("symptoms.accounts.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("admin/", admin.site.urls),
    # The operator's
    path("healthz/", health.health, name="health"),
    path("demo/mail/", catcher.demo_mail, name="demo-mail"),
    path("demo/codes/", demo_codes.demo_codes, name="demo-codes"),
    path("gallery/", views.gallery, name="gallery"),
]

handler400 = "kesimpta_tracker.views.bad_request"
handler403 = "kesimpta_tracker.views.permission_denied"
handler404 = "kesimpta_tracker.views.page_not_found"
handler429 = "symptoms.accounts.views.too_many_tries"  # allauth's throttles end here
handler500 = "kesimpta_tracker.views.server_error"
