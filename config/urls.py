"""Every address of the diary."""

from django.urls import include, path

from config import health, install

handler500 = "config.errors.server_error"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("sw.js", install.service_worker, name="service_worker"),
    path("diary.webmanifest", install.manifest, name="manifest"),
    path("", include("therapies.urls")),
    path("", include("accounts.urls")),
    path("", include("diary.urls")),
    path("", include("summary.urls")),
    path("", include("reminders.urls")),
    path("account/", include("allauth.urls")),
]
