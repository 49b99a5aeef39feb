"""Addresses of ateliers, below those of their consultation."""

from django.urls import include, path

from concertation.consultations.fetch import following_moves

from .views import notes, organising, public, registering

app_name = "ateliers"

_one = "ateliers/<int:number>/"
_space = "organiser/ateliers/"
_managed = f"{_space}<int:number>/"

_here = [
    path("ateliers/", public.index, name="list"),
    path(_one, public.detail, name="detail"),
    path(f"{_one}atelier.ics", public.calendar_file, name="calendar"),
    path(f"{_one}inscription/", registering.register, name="register"),
    path(f"{_one}desinscription/", registering.unregister, name="unregister"),
    path(f"{_one}inscriptions/", registering.registrations, name="registrations"),
    path(f"{_one}inscriptions/<int:pk>/annuler/", registering.cancel_for, name="cancel_for"),
    path(f"{_one}notes/", notes.notes, name="notes"),
    path(f"{_one}notes/tables/", notes.add_table, name="add_table"),
    path(f"{_one}notes/<int:pk>/", notes.edit, name="note"),
    path(f"{_one}notes/<int:pk>/supprimer/", notes.remove, name="remove_note"),
    path(f"{_one}verser/", notes.pour, name="pour"),
    path(_space, organising.manage, name="manage"),
    path(f"{_space}nouveau/", organising.create, name="create"),
    path(_managed, organising.edit, name="edit"),
    path(f"{_managed}deroule/", organising.agenda, name="agenda"),
    path(f"{_managed}equipe/", organising.team, name="team"),
    path(f"{_managed}dupliquer/", organising.duplicate, name="duplicate"),
    path(f"{_managed}annoncer/", organising.publish, name="publish"),
    path(f"{_managed}annuler/", organising.cancel, name="cancel"),
]

urlpatterns = following_moves([path("c/<slug:slug>/", include(_here))])
