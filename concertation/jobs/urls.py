from django.urls import path

from . import views

app_name = "jobs"

urlpatterns = [
    path("compte/exports/", views.jobs, name="list"),
    path("compte/exports/<int:pk>/", views.job, name="job"),
    path("compte/exports/<int:pk>/fichier/", views.download, name="download"),
]
