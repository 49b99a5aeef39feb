"""Addresses of syntheses: public pages, and pages of the team."""

from django.urls import path

from concertation.consultations.fetch import following_moves

from .coding import views as coding
from .publishing import views as publishing
from .writing.views import recommendations, syntheses

app_name = "syntheses"

_here = "c/<slug:slug>/"
_versions = f"{_here}syntheses/<int:number>/versions/"
_work = f"{_here}organiser/"

urlpatterns = following_moves(
    [
        path(f"{_here}syntheses/", publishing.synthesis_list, name="list"),
        path(f"{_here}syntheses/<int:number>/", publishing.read, name="read"),
        path(f"{_versions}<label:label>/", publishing.read_version, name="version"),
        path(f"{_versions}<label:label>/changements/", publishing.changes, name="changes"),
        path(f"{_versions}<label:label>/<slug:fmt>/", publishing.download, name="download"),
        path(f"{_versions}<int:order>/", publishing.by_order, name="version_by_order"),
        path(f"{_versions}<int:order>/<slug:rest>/", publishing.by_order, name="download_by_order"),
        path(f"{_work}corpus/", coding.corpus_list, name="corpus"),
        path(f"{_work}corpus/<int:number>/", coding.code, name="code"),
        path(f"{_work}corpus/<int:number>/extraire/", coding.extract, name="extract"),
        path(f"{_work}corpus/<int:number>/lecture/", coding.read, name="mark_read"),
        path(f"{_work}extraits/<int:pk>/supprimer/", coding.delete_extract, name="delete_extract"),
        path(f"{_work}recommandations/", recommendations.recommendation_list, name="recommendations"),
        path(f"{_work}recommandations/<int:number>/", recommendations.recommendation, name="recommendation"),
        path(f"{_work}recommandations/<int:number>/citer/", recommendations.cite, name="cite"),
        path(f"{_work}citations/<int:pk>/retirer/", recommendations.uncite, name="uncite"),
        path(f"{_work}syntheses/", syntheses.synthesis_list, name="manage"),
        path(f"{_work}syntheses/<int:number>/", syntheses.edit, name="edit"),
        path(f"{_work}syntheses/<int:number>/sections/", syntheses.add_section, name="add_section"),
        path(f"{_work}syntheses/<int:number>/publier/", publishing.publish, name="publish"),
        path(f"{_work}sections/<int:pk>/", syntheses.section, name="section"),
        path(f"{_work}sections/<int:pk>/ranger/", syntheses.arrange, name="arrange"),
    ]
)
