from django.urls import path

from . import views

app_name = "notices"

urlpatterns = [
    path("compte/notifications/", views.notices, name="list"),
    path("compte/notifications/<int:pk>/lue/", views.read, name="read"),
    path("compte/notifications/toutes-lues/", views.read_all, name="read_all"),
    path("dev/courriels/", views.dev_mails, name="dev_mails"),
]
