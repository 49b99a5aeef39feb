"""Addresses of topics and contributions, below those of their consultation.

A permalink has neither phase nor topic.
"""

from django.urls import URLPattern, URLResolver, include, path

from concertation.consultations.fetch import following_moves

from .views import changing, exports, figures, thread, topic, writing

app_name = "contributions"

_topic = "thematiques/<int:pk>/"
_one = "contributions/<int:number>/"

_here: list[URLPattern | URLResolver] = [
    path(_topic, topic.topic, name="topic"),
    path(f"{_topic}publier/", writing.post, name="post"),
    path(f"{_topic}reagir/", changing.acts, name="acts"),
    path(_one, thread.detail, name="detail"),
    path(f"{_one}historique/", thread.history, name="history"),
    path(f"{_one}modifier/", changing.edit, name="edit"),
    path(f"{_one}retirer/", changing.withdraw, name="withdraw"),
    path(f"{_one}mots-cles/", changing.keywords, name="keywords"),
    path("organiser/exports/", exports.exports, name="exports"),
    path("organiser/exports/corpus.<str:extension>", exports.corpus_file, name="corpus"),
    path("organiser/chiffres/", figures.figures, name="figures"),
    path("organiser/chiffres/chiffres.<str:extension>", figures.figures_file, name="figures_file"),
    path("organiser/chiffres/sans-contribution/", figures.silent, name="silent"),
    path("", include("contributions.moderation.urls")),
]

urlpatterns = following_moves([path("c/<slug:slug>/", include(_here))])
