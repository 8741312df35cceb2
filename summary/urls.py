from django.urls import path

from summary import emergency_views, views

urlpatterns = [
    path("p/<uuid:patient_id>/summary/", views.summary, name="summary"),
    path("p/<uuid:patient_id>/summary.pdf", views.summary_pdf, name="summary_pdf"),
    path("p/<uuid:patient_id>/emergency/", emergency_views.emergency, name="emergency"),
    path("p/<uuid:patient_id>/emergency.pdf", emergency_views.emergency_pdf, name="emergency_pdf"),
]
