from django.urls import path

from . import views
from .identification import Step

app_name = "accounts"

urlpatterns = [
    path("", views.me, name="me"),
    path("identification/", views.identify, name="identify"),
    path("envois/<str:key>/", views.saved_form, name="saved_form"),
    path("identification/code/", views.identify, {"step": Step.CODE}, name="identify_code"),
    path("identification/mot-de-passe/", views.identify, {"step": Step.PASSWORD}, name="identify_password"),
    path("actes/<uuid:name>/", views.act, name="act"),
    path("deconnexion/", views.logout, name="logout"),
    path("reglages/", views.account, name="account"),
    path("reglages/mot-de-passe/", views.password, name="password"),
    path("organisations/", views.organisations, name="organisations"),
]
