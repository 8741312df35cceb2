from django.urls import path

from summary import views
from summary.bring_in import views as import_views
from summary.emergency import views as emergency_views
from summary.export import views as data_views
from summary.export.formats import FORMATS

urlpatterns = [
    path("diary.schema.json", data_views.diary_schema, name="diary_schema"),
    path("import/", import_views.diary_import, name="diary_import"),
    path("import/<uuid:file_id>/", import_views.diary_import_check, name="diary_import_check"),
    path("p/<uuid:patient_id>/summary/", views.summary, name="summary"),
    path("p/<uuid:patient_id>/summary/choose/", views.summary_choose, name="summary_choose"),
    path("p/<uuid:patient_id>/summary.pdf", views.summary_pdf, name="summary_pdf"),
    path("p/<uuid:patient_id>/emergency/", emergency_views.emergency, name="emergency"),
    path("p/<uuid:patient_id>/emergency.pdf", emergency_views.emergency_pdf, name="emergency_pdf"),
    path("p/<uuid:patient_id>/records/", data_views.records_page, name="records"),
    *(
        path(
            f"p/<uuid:patient_id>/records.{one.ending}",
            data_views.records_take,
            {"url": one.url},
            name=one.url,
        )
        for one in FORMATS
    ),
]
