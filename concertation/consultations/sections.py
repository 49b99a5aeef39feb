"""Where higher apps add to the pages of a consultation."""

from concertation.slots import ViewerHtml

from .models import Consultation, Phase

ateliers_on_front: ViewerHtml[Consultation] = ViewerHtml()
synthesis_on_front: ViewerHtml[Consultation] = ViewerHtml()
ateliers_of_phase: ViewerHtml[Phase] = ViewerHtml()
# Beside each consultation on the home page of the site.
on_home_page: ViewerHtml[Consultation] = ViewerHtml()
