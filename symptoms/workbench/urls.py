from django.urls import path

from symptoms.workbench import views

app_name = "workbench"

urlpatterns = [
    # The rules in force
    path("", views.rules, name="rules"),
    path("rule/<str:rule_id>/", views.rule, name="rule"),
    path("rule/<str:rule_id>/sign-off/", views.sign, name="sign"),
    # Versions
    path("versions/", views.versions, name="versions"),
    path("versions/open/", views.open_version, name="open"),
    path("versions/roll-back/", views.back, name="roll-back"),
    path("versions/<uuid:version_id>/", views.version, name="version"),
    path("versions/<uuid:version_id>/propose/", views.propose_version, name="propose"),
    path("versions/<uuid:version_id>/send-back/", views.send_version_back, name="send-back"),
    path("versions/<uuid:version_id>/publish/", views.publish_version, name="publish"),
    path("versions/<uuid:version_id>/drop/", views.drop_version, name="drop"),
    path("versions/<uuid:version_id>/review/", views.review, name="review"),
    path("versions/<uuid:version_id>/dry-run/", views.start_dry_run, name="start-dry-run"),
    # A draft's rules and files
    path("versions/<uuid:version_id>/new-rule/", views.new_rule, name="new-rule"),
    path("versions/<uuid:version_id>/rule/<str:rule_id>/", views.edit_rule, name="edit-rule"),
    path("versions/<uuid:version_id>/rule/<str:rule_id>/remove/", views.take_rule_out, name="remove-rule"),
    path("versions/<uuid:version_id>/file/<str:file_name>/", views.edit_file, name="edit-file"),
    # Dry runs
    path("dry-runs/<uuid:dry_run_id>/", views.dry_run, name="dry-run"),
]
