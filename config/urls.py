"""Every address of the diary."""

from django.urls import include, path

urlpatterns = [
    path("", include("therapies.urls")),
    path("", include("accounts.urls")),
    path("", include("diary.urls")),
    path("", include("summary.urls")),
    path("account/", include("allauth.urls")),
]
