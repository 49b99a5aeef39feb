"""The site's URL patterns."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("concertation.consultations.urls")),
    path("", include("concertation.letters.urls")),
    path("", include("contributions.urls")),
    path("", include("ateliers.urls")),
    path("", include("concertation.syntheses.urls")),
    path("", include("concertation.live.urls")),
    path("", include("concertation.notices.urls")),
    path("", include("concertation.jobs.urls")),
    path("", include("concertation.pages.urls")),
    path("compte/", include("concertation.accounts.urls")),
    # allauth redirects an interrupted log-in to this name; none of its own pages has an address.
    path("compte/connexion/", RedirectView.as_view(pattern_name="accounts:identify"), name="account_login"),
]
