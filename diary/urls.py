from django.urls import URLPattern, URLResolver, include, path

from diary.appointments import views as appointments
from diary.care_card import views as care_card
from diary.duty import views as duty
from diary.history import views as history
from diary.photos import views as photos
from diary.setup import views as setup
from diary.team import views as team
from diary.temperature_import import views as temperatures
from diary.today.views import corrections, offline, people, today
from diary.treatment.looks import views as looks
from diary.treatment.views import at_home, courses, doses, holds

Addresses = list[URLPattern | URLResolver]

check_in: Addresses = [
    path("", care_card.check_in, name="check_in"),
    path("call/", care_card.call_record, name="call_record"),
    path("close/", care_card.prompt_close, name="prompt_close"),
    path("event/", care_card.call_event, name="call_event"),
    path("seen/", care_card.call_seen, name="call_seen"),
    path("correct/", corrections.check_in_correct, name="check_in_correct"),
    path("remove/", corrections.check_in_remove, name="check_in_remove"),
    path("move/", corrections.check_in_move, name="check_in_move"),
    path("undo/", corrections.check_in_undo, name="check_in_undo"),
    path("photos/new/", photos.photo_add, name="photo_add"),
]
appointment: Addresses = [
    path("", appointments.appointment, name="appointment"),
    path("edit/", appointments.appointment_edit, name="appointment_edit"),
    path("settle/", appointments.appointment_settle, name="appointment_settle"),
    path(
        "notes/<uuid:note_id>/take-out/",
        appointments.appointment_note_take_out,
        name="appointment_note_take_out",
    ),
]
photo: Addresses = [
    path("", photos.photo, name="photo"),
    path("photo.jpg", photos.photo_file, {"size": "whole"}, name="photo_file"),
    path("small.jpg", photos.photo_file, {"size": "small"}, name="photo_small"),
    path("remove/", photos.photo_remove, name="photo_remove"),
]
course: Addresses = [
    path("", courses.course, name="course"),
    path("edit/", courses.course_edit, name="course_edit"),
    path("infusion/", courses.course_infusion, name="course_infusion"),
    path("infusion/now/", at_home.infusion_start, name="infusion_start"),
    path("end/", courses.course_end, name="course_end"),
    path("withdraw/", courses.course_withdraw, name="course_withdraw"),
    path("holds/new/", holds.hold_add, name="hold_add"),
    path("holds/<uuid:hold_id>/", holds.hold_edit, name="hold_edit"),
    path("holds/<uuid:hold_id>/resume/", holds.hold_resume, name="hold_resume"),
    path("holds/<uuid:hold_id>/withdraw/", holds.hold_withdraw, name="hold_withdraw"),
    path("cycles/new/", doses.cycle_start, name="cycle_start"),
    path("cycles/<uuid:cycle_id>/", doses.cycle_edit, name="cycle_edit"),
    path("cycles/<uuid:cycle_id>/remove/", doses.cycle_remove, name="cycle_remove"),
    path("pump/start/", doses.pump_start, name="pump_start"),
    path("pump/stop/", doses.pump_stop, name="pump_stop"),
    path("pump/events/", at_home.pump_event_add, name="pump_event_add"),
    path("pump/events/<uuid:event_id>/", at_home.pump_event, name="pump_event"),
    path(
        "pump/events/<uuid:event_id>/take-back/",
        at_home.pump_event_take_back,
        name="pump_event_take_back",
    ),
    path("bag/", at_home.bag_change, name="bag_change"),
    path("doses/new/", doses.infusion_record, name="infusion_record"),
    path("doses/<uuid:dose_id>/", doses.dose_edit, name="dose_edit"),
    path("doses/<uuid:dose_id>/remove/", doses.dose_remove, name="dose_remove"),
    path("doses/<uuid:dose_id>/stop/", at_home.infusion_stop, name="infusion_stop"),
    path("tablets/", doses.tablets, name="tablets"),
]
patient: Addresses = [
    path("", today.today, name="today"),
    path("find/", today.symptoms_find, name="symptoms_find"),
    path("own-symptoms/", today.own_symptoms, name="own_symptoms"),
    path("own-symptoms/<uuid:own_id>/", today.own_symptom_keep, name="own_symptom_keep"),
    path("kept/", offline.kept, name="kept"),
    path("send/", offline.check_in_send, name="check_in_send"),
    path("check-ins/<uuid:check_in_id>/", include(check_in)),
    path("history/", history.history, name="history"),
    path("history/cycles/", history.history_cycles, name="history_cycles"),
    path("history/find/", history.history_find, name="history_find"),
    path("history/charts/", history.history_charts, name="history_charts"),
    path("history/<str:day>/", history.history_day, name="history_day"),
    path("temperatures/import/", temperatures.temperatures_import, name="temperatures_import"),
    path(
        "temperatures/imported/<int:stamp>/",
        temperatures.temperatures_imported,
        name="temperatures_imported",
    ),
    path("looks/new/", looks.look_add, name="look_add"),
    path("looks/<uuid:look_id>/", looks.look, name="look"),
    path("questions/", appointments.questions, name="questions"),
    path("questions/<uuid:question_id>/", appointments.question_tick, name="question_tick"),
    path(
        "questions/<uuid:question_id>/answer/", appointments.question_answer, name="question_answer"
    ),
    path("appointments/", appointments.appointments, name="appointments"),
    path("appointments/new/", appointments.appointment_add, name="appointment_add"),
    path("appointments/<uuid:appointment_id>/", include(appointment)),
    path("photos/", photos.photos, name="photos"),
    path("photos/<uuid:photo_id>/", include(photo)),
    path("treatment/", courses.treatment, name="treatment"),
    path("treatment/add/", courses.course_add, name="course_add"),
    path("treatment/dates/", courses.course_dates, name="course_dates"),
    path("treatment/<uuid:course_id>/", include(course)),
    path("medicines/", at_home.medicines, name="medicines"),
    path("medicines/<uuid:medicine_id>/remove/", at_home.medicine_remove, name="medicine_remove"),
    path("weights/", at_home.weights, name="weights"),
    path("weights/<uuid:weight_id>/remove/", at_home.weight_remove, name="weight_remove"),
    path("team/", team.team, name="team"),
    path("team/edit/", team.team_edit, name="team_edit"),
    path("team/confirm/", team.numbers_confirm, name="numbers_confirm"),
    path("team/card/", team.card_edit, name="card_edit"),
    path("team/changes/<uuid:change_id>/seen/", team.team_change_seen, name="team_change_seen"),
    path(
        "team/changes/<uuid:change_id>/take-back/",
        team.team_change_take_back,
        name="team_change_take_back",
    ),
    path("duty/", duty.duty, name="duty"),
    path("duty/order/", duty.duty_order, name="duty_order"),
    path("duty/minutes/", duty.duty_minutes, name="duty_minutes"),
    path("duty/<uuid:turn_id>/seen/", duty.duty_seen, name="duty_seen"),
    path("duty/<uuid:turn_id>/return/", duty.duty_return, name="duty_return"),
    path("emergency/note/", team.emergency_note, name="emergency_note"),
    path("urgent/", team.patient_urgent, name="patient_urgent"),
    path("setup/", setup.setup, name="setup"),
    path("setup/treatment/", setup.setup_therapy, name="setup_therapy"),
    path("setup/dates/", setup.setup_dates, name="setup_dates"),
    path("setup/team/", setup.setup_team, name="setup_team"),
    path("more/", setup.patient_more, name="patient_more"),
]
urlpatterns: Addresses = [
    path("", people.home, name="home"),
    path("people/", people.people, name="people"),
    path("urgent/", team.urgent, name="urgent"),
    path("offline/", offline.offline, name="offline"),
    path("device/", offline.device, name="device"),
    path("new/", setup.setup_who, name="setup_who"),
    path("p/<uuid:patient_id>/", include(patient)),
]
