"""Addresses of moderation, under a consultation's own."""

from django.urls import path

from . import moves, views

urlpatterns = [
    path("contributions/<int:number>/signaler/", views.report, name="report"),
    path("moderation/", views.queue, name="queue"),
    path("moderation/masquees/", views.hidden, name="hidden"),
    path("moderation/<int:number>/", views.decide, name="decide"),
    path("moderation/<int:number>/deplacer/", moves.move, name="move"),
]
