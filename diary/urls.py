from django.urls import URLPattern, path

from diary.appointments import views as appointments
from diary.appointments import views as questions
from diary.care_card import views as calls
from diary.care_card import views as care_card
from diary.history import views as history
from diary.looks import views as looks
from diary.photos import views as photos
from diary.setup import views as more
from diary.setup import views as setup
from diary.team import views as emergency
from diary.team import views as team
from diary.team import views as urgent
from diary.temperature_import import views as temperature_file
from diary.today.views import corrections, offline, today
from diary.today.views import offline as sending
from diary.today.views import today as own_symptoms
from diary.today.views import today as search
from diary.treatment.views import at_home, courses, doses, holds
from diary.treatment.views import at_home as medicines
from diary.treatment.views import at_home as weights

APPOINTMENT = "p/<uuid:patient_id>/appointments/<uuid:appointment_id>/"
COURSE = "p/<uuid:patient_id>/treatment/<uuid:course_id>/"

urlpatterns: list[URLPattern] = [
    path("urgent/", urgent.urgent, name="urgent"),
    path("p/<uuid:patient_id>/urgent/", urgent.patient_urgent, name="patient_urgent"),
    path("offline/", offline.offline, name="offline"),
    path("device/", sending.device, name="device"),
    path("p/<uuid:patient_id>/", today.today, name="today"),
    path("p/<uuid:patient_id>/kept/", sending.kept, name="kept"),
    path("p/<uuid:patient_id>/send/", sending.check_in_send, name="check_in_send"),
    path("p/<uuid:patient_id>/find/", search.symptoms_find, name="symptoms_find"),
    path("p/<uuid:patient_id>/history/", history.history, name="history"),
    path("p/<uuid:patient_id>/history/cycles/", history.history_cycles, name="history_cycles"),
    path("p/<uuid:patient_id>/history/find/", history.history_find, name="history_find"),
    path("p/<uuid:patient_id>/history/charts/", history.history_charts, name="history_charts"),
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
        "p/<uuid:patient_id>/check-ins/<uuid:check_in_id>/undo/",
        corrections.check_in_undo,
        name="check_in_undo",
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
    path(
        "p/<uuid:patient_id>/temperatures/import/",
        temperature_file.temperatures_import,
        name="temperatures_import",
    ),
    path(
        "p/<uuid:patient_id>/temperatures/imported/<int:stamp>/",
        temperature_file.temperatures_imported,
        name="temperatures_imported",
    ),
    path("p/<uuid:patient_id>/own-symptoms/", own_symptoms.own_symptoms, name="own_symptoms"),
    path(
        "p/<uuid:patient_id>/own-symptoms/<uuid:own_id>/",
        own_symptoms.own_symptom_keep,
        name="own_symptom_keep",
    ),
    path("p/<uuid:patient_id>/emergency/note/", emergency.emergency_note, name="emergency_note"),
    path("p/<uuid:patient_id>/questions/", questions.questions, name="questions"),
    path(
        "p/<uuid:patient_id>/questions/<uuid:question_id>/",
        questions.question_tick,
        name="question_tick",
    ),
    path(
        "p/<uuid:patient_id>/questions/<uuid:question_id>/answer/",
        questions.question_answer,
        name="question_answer",
    ),
    path("p/<uuid:patient_id>/appointments/", appointments.appointments, name="appointments"),
    path(
        "p/<uuid:patient_id>/appointments/new/",
        appointments.appointment_add,
        name="appointment_add",
    ),
    path(APPOINTMENT, appointments.appointment, name="appointment"),
    path(f"{APPOINTMENT}edit/", appointments.appointment_edit, name="appointment_edit"),
    path(f"{APPOINTMENT}settle/", appointments.appointment_settle, name="appointment_settle"),
    path(
        f"{APPOINTMENT}notes/<uuid:note_id>/take-out/",
        appointments.appointment_note_take_out,
        name="appointment_note_take_out",
    ),
    path(
        "p/<uuid:patient_id>/check-ins/<uuid:check_in_id>/event/",
        calls.call_event,
        name="call_event",
    ),
    path("p/<uuid:patient_id>/photos/", photos.photos, name="photos"),
    path(
        "p/<uuid:patient_id>/check-ins/<uuid:check_in_id>/photos/new/",
        photos.photo_add,
        name="photo_add",
    ),
    path("p/<uuid:patient_id>/photos/<uuid:photo_id>/", photos.photo, name="photo"),
    path(
        "p/<uuid:patient_id>/photos/<uuid:photo_id>/photo.jpg",
        photos.photo_file,
        {"size": "whole"},
        name="photo_file",
    ),
    path(
        "p/<uuid:patient_id>/photos/<uuid:photo_id>/small.jpg",
        photos.photo_file,
        {"size": "small"},
        name="photo_small",
    ),
    path(
        "p/<uuid:patient_id>/photos/<uuid:photo_id>/remove/",
        photos.photo_remove,
        name="photo_remove",
    ),
    path("p/<uuid:patient_id>/medicines/", medicines.medicines, name="medicines"),
    path("p/<uuid:patient_id>/weights/", weights.weights, name="weights"),
    path(
        "p/<uuid:patient_id>/weights/<uuid:weight_id>/remove/",
        weights.weight_remove,
        name="weight_remove",
    ),
    path(
        "p/<uuid:patient_id>/medicines/<uuid:medicine_id>/remove/",
        medicines.medicine_remove,
        name="medicine_remove",
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
    path("p/<uuid:patient_id>/treatment/", courses.treatment, name="treatment"),
    path("p/<uuid:patient_id>/treatment/add/", courses.course_add, name="course_add"),
    path("p/<uuid:patient_id>/treatment/dates/", courses.course_dates, name="course_dates"),
    path(COURSE, courses.course, name="course"),
    path(f"{COURSE}edit/", courses.course_edit, name="course_edit"),
    path(f"{COURSE}infusion/", courses.course_infusion, name="course_infusion"),
    path(f"{COURSE}end/", courses.course_end, name="course_end"),
    path(f"{COURSE}withdraw/", courses.course_withdraw, name="course_withdraw"),
    path(f"{COURSE}holds/new/", holds.hold_add, name="hold_add"),
    path(f"{COURSE}holds/<uuid:hold_id>/", holds.hold_edit, name="hold_edit"),
    path(f"{COURSE}holds/<uuid:hold_id>/resume/", holds.hold_resume, name="hold_resume"),
    path(f"{COURSE}holds/<uuid:hold_id>/withdraw/", holds.hold_withdraw, name="hold_withdraw"),
    path(f"{COURSE}cycles/new/", doses.cycle_start, name="cycle_start"),
    path(f"{COURSE}cycles/<uuid:cycle_id>/", doses.cycle_edit, name="cycle_edit"),
    path(f"{COURSE}cycles/<uuid:cycle_id>/remove/", doses.cycle_remove, name="cycle_remove"),
    path(f"{COURSE}pump/start/", doses.pump_start, name="pump_start"),
    path(f"{COURSE}pump/stop/", doses.pump_stop, name="pump_stop"),
    path(f"{COURSE}doses/new/", doses.infusion_record, name="infusion_record"),
    path(f"{COURSE}doses/<uuid:dose_id>/", doses.dose_edit, name="dose_edit"),
    path(f"{COURSE}doses/<uuid:dose_id>/remove/", doses.dose_remove, name="dose_remove"),
    path(f"{COURSE}doses/<uuid:dose_id>/stop/", at_home.infusion_stop, name="infusion_stop"),
    path(f"{COURSE}infusion/now/", at_home.infusion_start, name="infusion_start"),
    path(f"{COURSE}bag/", at_home.bag_change, name="bag_change"),
    path(f"{COURSE}pump/events/", at_home.pump_event_add, name="pump_event_add"),
    path(f"{COURSE}pump/events/<uuid:event_id>/", at_home.pump_event, name="pump_event"),
    path(
        f"{COURSE}pump/events/<uuid:event_id>/take-back/",
        at_home.pump_event_take_back,
        name="pump_event_take_back",
    ),
    path("p/<uuid:patient_id>/looks/new/", looks.look_add, name="look_add"),
    path("p/<uuid:patient_id>/looks/<uuid:look_id>/", looks.look, name="look"),
    path(f"{COURSE}tablets/", doses.tablets, name="tablets"),
]
