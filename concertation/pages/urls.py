from django.urls import path

from . import style, views

app_name = "pages"

urlpatterns = [
    path("", views.home, name="home"),
    path("style/", style.style, name="style"),
]
