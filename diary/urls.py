from django.urls import URLPattern, path

from diary.views import (
    calls,
    care_card,
    corrections,
    doses,
    history,
    more,
    setup,
    team,
    today,
    treatment,
)

COURSE = "p/<uuid:patient_id>/treatment/<uuid:course_id>/"

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
    path("new/", setup.setup_who, name="setup_who"),
    path("p/<uuid:patient_id>/setup/", setup.setup, name="setup"),
    path("p/<uuid:patient_id>/setup/treatment/", setup.setup_therapy, name="setup_therapy"),
    path("p/<uuid:patient_id>/setup/dates/", setup.setup_dates, name="setup_dates"),
    path("p/<uuid:patient_id>/setup/team/", setup.setup_team, name="setup_team"),
    path("p/<uuid:patient_id>/setup/fever/", setup.setup_fever, name="setup_fever"),
    path("p/<uuid:patient_id>/team/", team.team, name="team"),
    path("p/<uuid:patient_id>/team/edit/", team.team_edit, name="team_edit"),
    path("p/<uuid:patient_id>/team/card/", team.card_edit, name="card_edit"),
    path("p/<uuid:patient_id>/treatment/", treatment.treatment, name="treatment"),
    path("p/<uuid:patient_id>/treatment/add/", treatment.course_add, name="course_add"),
    path("p/<uuid:patient_id>/treatment/dates/", treatment.course_dates, name="course_dates"),
    path(COURSE, treatment.course, name="course"),
    path(f"{COURSE}edit/", treatment.course_edit, name="course_edit"),
    path(f"{COURSE}infusion/", treatment.course_infusion, name="course_infusion"),
    path(f"{COURSE}end/", treatment.course_end, name="course_end"),
    path(f"{COURSE}withdraw/", treatment.course_withdraw, name="course_withdraw"),
    path(f"{COURSE}cycles/new/", doses.cycle_start, name="cycle_start"),
    path(f"{COURSE}cycles/<uuid:cycle_id>/", doses.cycle_edit, name="cycle_edit"),
    path(f"{COURSE}cycles/<uuid:cycle_id>/remove/", doses.cycle_remove, name="cycle_remove"),
    path(f"{COURSE}pump/start/", doses.pump_start, name="pump_start"),
    path(f"{COURSE}pump/stop/", doses.pump_stop, name="pump_stop"),
    path(f"{COURSE}doses/new/", doses.infusion_record, name="infusion_record"),
    path(f"{COURSE}doses/<uuid:dose_id>/", doses.dose_edit, name="dose_edit"),
    path(f"{COURSE}doses/<uuid:dose_id>/remove/", doses.dose_remove, name="dose_remove"),
    path(f"{COURSE}tablets/", doses.tablets, name="tablets"),
]
