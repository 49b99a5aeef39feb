from django.urls import path, register_converter

from . import searching, style, views
from .legal import views as legal
from .legal.texts import LegalPageConverter

app_name = "pages"

register_converter(LegalPageConverter, "legal")

urlpatterns = [
    path("", views.home, name="home"),
    path("c/<slug:slug>/recherche/", searching.search, name="search"),
    path("style/", style.style, name="style"),
    path("<legal:page>/", legal.show, name="legal"),
    path("<legal:page>/modifier/", legal.edit, name="legal_edit"),
    path("accessibilite/audit/", legal.audit, name="audit"),
]
