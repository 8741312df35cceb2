from django.urls import URLPattern, URLResolver, include, path

from accounts.views import account, growing_up, invitation, sharing

patient: list[URLPattern | URLResolver] = [
    path("about/", account.patient_edit, name="patient_edit"),
    path("growing-up/", growing_up.growing_up, name="growing_up"),
    path("growing-up/<uuid:user_id>/", growing_up.growing_up_choose, name="growing_up_choose"),
    path("sharing/", sharing.sharing, name="sharing"),
    path(
        "sharing/invitations/<uuid:invitation_id>/cancel/",
        sharing.invitation_cancel,
        name="invitation_cancel",
    ),
    path("sharing/log/", sharing.sharing_log, name="sharing_log"),
    path("sharing/<uuid:share_id>/", sharing.share_edit, name="share_edit"),
    path("sharing/<uuid:share_id>/confirm/", sharing.share_confirm, name="share_confirm"),
    path("sharing/<uuid:share_id>/revoke/", sharing.share_revoke, name="share_revoke"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("people/<uuid:share_id>/leave/", sharing.share_leave, name="share_leave"),
    path("me/", account.account_menu, name="account_menu"),
    path("join/", invitation.join, name="join"),
    path("join/new/", invitation.join_new, name="join_new"),
    path("join/<uuid:share_id>/", invitation.join_waiting, name="join_waiting"),
    path("p/<uuid:patient_id>/", include(patient)),
]
