from django.urls import URLPattern, URLResolver, include, path

from accounts import views

patient: list[URLPattern | URLResolver] = [
    path("about/", views.patient_edit, name="patient_edit"),
    path("sharing/", views.sharing, name="sharing"),
    path(
        "sharing/invitations/<uuid:invitation_id>/cancel/",
        views.invitation_cancel,
        name="invitation_cancel",
    ),
    path("sharing/<uuid:share_id>/confirm/", views.share_confirm, name="share_confirm"),
    path("sharing/<uuid:share_id>/revoke/", views.share_revoke, name="share_revoke"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("people/<uuid:share_id>/leave/", views.share_leave, name="share_leave"),
    path("me/", views.account_menu, name="account_menu"),
    path("join/", views.join, name="join"),
    path("join/new/", views.join_new, name="join_new"),
    path("join/<uuid:share_id>/", views.join_waiting, name="join_waiting"),
    path("p/<uuid:patient_id>/", include(patient)),
]
