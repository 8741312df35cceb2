from django.urls import path

from therapies import views

urlpatterns = [
    path("urgent/<slug:country>/", views.urgent_country, name="urgent_country"),
    path("therapies/", views.therapies, name="therapies"),
    path("therapies/<slug:slug>/", views.therapy, name="therapy"),
    path("sources/", views.sources, name="sources"),
    path("about/", views.about, name="about"),
]
