from django.urls import path

from . import views

app_name = "accounts"

urlpatterns = [
    path("", views.me, name="me"),
    path("identification/", views.identify, name="identify"),
    path("envois/<str:key>/", views.kept_form, name="kept_form"),
    path("deconnexion/", views.logout, name="logout"),
    path("reglages/", views.account, name="account"),
    path("reglages/mot-de-passe/", views.password, name="password"),
    path("organisations/", views.organisations, name="organisations"),
]
