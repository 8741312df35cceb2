from django.urls import URLPattern, URLResolver, include, path

from accounts.views import join, me, patients, sharing

patient: list[URLPattern | URLResolver] = [
    path("about/", patients.patient_edit, name="patient_edit"),
    path("sharing/", sharing.sharing, name="sharing"),
    path(
        "sharing/invitations/<uuid:invitation_id>/cancel/",
        sharing.invitation_cancel,
        name="invitation_cancel",
    ),
    path("sharing/<uuid:share_id>/confirm/", sharing.share_confirm, name="share_confirm"),
    path("sharing/<uuid:share_id>/revoke/", sharing.share_revoke, name="share_revoke"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("people/<uuid:share_id>/leave/", sharing.share_leave, name="share_leave"),
    path("me/", me.account_menu, name="account_menu"),
    path("join/", join.join, name="join"),
    path("join/new/", join.join_new, name="join_new"),
    path("join/<uuid:share_id>/", join.join_waiting, name="join_waiting"),
    path("p/<uuid:patient_id>/", include(patient)),
]
