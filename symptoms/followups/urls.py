from django.urls import path

from symptoms.followups import views
from symptoms.followups.views import blood_tests, reminders, results, test_plans, vaccines

app_name = "followups"

urlpatterns = [
    path("injections/", views.injections, name="injections"),
    path("injections/plan/", views.injection_plan, name="injection-plan"),
    path("injections/<uuid:injection_id>/", views.injection, name="injection"),
    path("injections/<uuid:injection_id>/change/", views.injection_change, name="injection-change"),
    path("injections/<uuid:injection_id>/remove/", views.injection_remove, name="injection-remove"),
    path("injections/<uuid:injection_id>/check-in/<slug:step>/", views.check_in, name="check-in"),
    path("vaccines/", vaccines.vaccines, name="vaccines"),
    path("vaccines/<uuid:vaccine_id>/agreed/", vaccines.vaccine_agreed, name="vaccine-agreed"),
    path("vaccines/<uuid:vaccine_id>/remove/", vaccines.vaccine_remove, name="vaccine-remove"),
    path("pen/", vaccines.pen, name="pen"),
    # Blood tests
    path("blood-tests/", blood_tests.blood_tests, name="blood-tests"),
    path("blood-tests/results/", results.results_add, name="results-add"),
    path("blood-tests/results/<uuid:result_id>/", results.result_change, name="result-change"),
    path("blood-tests/results/<uuid:result_id>/delete/", results.result_delete, name="result-delete"),
    path("blood-tests/values/<slug:analyte>/", blood_tests.values, name="values"),
    path("blood-tests/tests/<slug:test>/", blood_tests.blood_test, name="blood-test"),
    path("blood-tests/tests/<slug:test>/plan/", test_plans.test_plan, name="test-plan"),
    path("blood-tests/tests/<slug:test>/extra/", test_plans.test_extra, name="test-extra"),
    path("blood-tests/steps/<uuid:step_id>/not-taken/", blood_tests.undo_taken, name="test-not-taken"),
    path("blood-tests/steps/<uuid:step_id>/seen/", blood_tests.mark_seen, name="test-seen"),
    # Reminders
    path("reminders/", reminders.reminders, name="reminders"),
    path("reminders/copies/", reminders.copy_add, name="copy-add"),
    path("reminders/copies/<uuid:copy_id>/end/", reminders.copy_end, name="copy-end"),
    path("reminders/calendar/", reminders.calendar_make, name="calendar-make"),
    path("reminders/calendar/end/", reminders.calendar_end, name="calendar-end"),
]
