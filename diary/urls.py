from django.urls import URLPattern, path

from diary.views import calls, care_card, corrections, history, more, today

urlpatterns: list[URLPattern] = [
    path("p/<uuid:patient_id>/", today.today, name="today"),
    path("p/<uuid:patient_id>/history/", history.history, name="history"),
    path("p/<uuid:patient_id>/more/", more.patient_more, name="patient_more"),
    path("p/<uuid:patient_id>/check-ins/<uuid:check_in_id>/", care_card.check_in, name="check_in"),
    path(
        "p/<uuid:patient_id>/check-ins/<uuid:check_in_id>/correct/",
        corrections.check_in_correct,
        name="check_in_correct",
    ),
    path(
        "p/<uuid:patient_id>/check-ins/<uuid:check_in_id>/remove/",
        corrections.check_in_remove,
        name="check_in_remove",
    ),
    path(
        "p/<uuid:patient_id>/check-ins/<uuid:check_in_id>/call/",
        calls.call_record,
        name="call_record",
    ),
    path(
        "p/<uuid:patient_id>/check-ins/<uuid:check_in_id>/close/",
        calls.prompt_close,
        name="prompt_close",
    ),
]
