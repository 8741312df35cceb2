from django.urls import path

from summary import views

urlpatterns = [
    path("p/<uuid:patient_id>/summary/", views.summary, name="summary"),
    path("p/<uuid:patient_id>/summary/choose/", views.summary_choose, name="summary_choose"),
    path("p/<uuid:patient_id>/summary.pdf", views.summary_pdf, name="summary_pdf"),
]
