from django.urls import path

from concertation.consultations.fetch import following_moves

from . import views

app_name = "letters"

_space = "c/<slug:slug>/organiser/lettres/"

urlpatterns = following_moves(
    [
        path(_space, views.letters, name="list"),
        path(f"{_space}ecrire/", views.new, name="new"),
        path(f"{_space}<int:pk>/", views.letter, name="letter"),
        path(f"{_space}<int:pk>/modifier/", views.edit, name="edit"),
        path(f"{_space}<int:pk>/essai/", views.trial, name="trial"),
        path(f"{_space}<int:pk>/envoyer/", views.send, name="send"),
        path(f"{_space}<int:pk>/arreter/", views.stop, name="stop"),
        path(f"{_space}<int:pk>/supprimer/", views.delete, name="delete"),
        path("lettres/<str:token>/", views.subscription, name="subscription"),
    ]
)
