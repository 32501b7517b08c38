from django.urls import path

from symptoms.sharing import views

app_name = "sharing"

urlpatterns = [
    path("shared/", views.shared_logs, name="shared-logs"),
    path("start/", views.start, name="start"),
    # One patient's sharing
    path("p/<uuid:patient_id>/sharing/", views.sharing, name="sharing"),
    path("p/<uuid:patient_id>/history/", views.history, name="history"),
    path("p/<uuid:patient_id>/sharing/invite/", views.invite, name="invite"),
    path("p/<uuid:patient_id>/sharing/clinic/", views.share_with_clinic, name="share-with-clinic"),
    path("p/<uuid:patient_id>/sharing/<uuid:grant_id>/", views.change, name="change"),
    path("p/<uuid:patient_id>/sharing/<uuid:grant_id>/revoke/", views.revoke, name="revoke"),
    path("p/<uuid:patient_id>/invitations/<uuid:invitation_id>/withdraw/", views.invitation_withdraw, name="withdraw"),
    path("p/<uuid:patient_id>/invitations/<uuid:invitation_id>/confirm/", views.invitation_confirm, name="confirm"),
    # Whoever was invited
    path("invitations/", views.invitation_code, name="invitation-code"),
    path("invitations/open/", views.invitation, name="invitation"),
    # One clinic
    path("clinics/<uuid:clinic_id>/members/", views.members, name="members"),
    path("clinics/<uuid:clinic_id>/members/invite/", views.member_invite, name="member-invite"),
    path("clinics/<uuid:clinic_id>/members/settings/", views.clinic_settings, name="clinic-settings"),
    path("clinics/<uuid:clinic_id>/members/<int:member_id>/remove/", views.member_remove, name="member-remove"),
    path(
        "clinics/<uuid:clinic_id>/members/invitations/<uuid:invitation_id>/withdraw/",
        views.member_withdraw,
        name="member-withdraw",
    ),
]
