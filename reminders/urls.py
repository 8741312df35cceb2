from django.urls import URLPattern, URLResolver, include, path

from reminders import views

patient: list[URLPattern | URLResolver] = [
    path("", views.reminders, name="reminders"),
    path("quiet/", views.reminder_quiet, name="reminder_quiet"),
    path("calendar/", views.calendar_make, name="calendar_make"),
    path("calendar/end/", views.calendar_end, name="calendar_end"),
    path("suggested/<slug:slug>/", views.reminder_accept, name="reminder_accept"),
    path("messages/<uuid:message_id>/", views.reminder_seen, name="reminder_seen"),
    path("<slug:kind>/", views.reminder_edit, name="reminder_edit"),
    path("<slug:kind>/off/", views.reminder_off, name="reminder_off"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("p/<uuid:patient_id>/reminders/", include(patient)),
    path("reminders/<uuid:message_id>/", views.reminder_open, name="reminder_open"),
    path("reminders/stop/<str:token>/", views.reminder_stop, name="reminder_stop"),
    path("calendar/<str:code>.ics", views.calendar, name="calendar"),
]
