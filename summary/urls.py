from django.urls import URLPattern, URLResolver, include, path

from summary import views as summary
from summary.bring_in import views as bring_in
from summary.emergency import views as emergency
from summary.erasure import views as erasure
from summary.export import views as export
from summary.export.clinic import views as clinic
from summary.export.formats import FORMATS

patient: list[URLPattern | URLResolver] = [
    path("summary/", summary.summary, name="summary"),
    path("summary/choose/", summary.summary_choose, name="summary_choose"),
    path("summary.pdf", summary.summary_pdf, name="summary_pdf"),
    path("clinic/", clinic.clinic_links, name="clinic_links"),
    path("clinic/<uuid:link_id>/close/", clinic.clinic_link_close, name="clinic_link_close"),
    path("emergency/", emergency.emergency, name="emergency"),
    path("emergency.pdf", emergency.emergency_pdf, name="emergency_pdf"),
    path("delete/", erasure.diary_delete, name="diary_delete"),
    path("delete/keep/", erasure.diary_keep, name="diary_keep"),
    path("check-ins/<uuid:check_in_id>/words/", erasure.words_delete, name="words_delete"),
    path("check-ins/<uuid:check_in_id>/words/keep/", erasure.words_keep, name="words_keep"),
    path("records/", export.records_page, name="records"),
    *(
        path(f"records.{one.ending}", export.records_take, {"url": one.url}, name=one.url)
        for one in FORMATS
    ),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("diary.schema.json", export.diary_schema, name="diary_schema"),
    path("clinic/<str:token>/", clinic.clinic, name="clinic"),
    path("me/delete/", erasure.account_delete, name="account_delete"),
    path("me/delete/keep/", erasure.account_keep, name="account_keep"),
    path("import/", bring_in.diary_import, name="diary_import"),
    path("import/<uuid:file_id>/", bring_in.diary_import_check, name="diary_import_check"),
    path("p/<uuid:patient_id>/", include(patient)),
]
