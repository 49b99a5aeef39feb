from django.urls import path

from . import views

app_name = "live"

urlpatterns = [
    path("direct/", views.socket, name="socket"),
    path("direct/rattrapage/", views.missed, name="replay"),
    path("sante/vivant", views.alive, name="alive"),
    path("sante/pret", views.ready, name="ready"),
]
