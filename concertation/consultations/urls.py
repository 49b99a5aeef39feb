from django.urls import path

from .fetch import following_moves
from .views import (
    cloning,
    files,
    former_texts,
    frame,
    invitations,
    joining,
    journal,
    opening,
    organisations,
    organiser,
    participants,
    people,
    programme,
    public,
    seen_as,
    speaking,
    territories,
)

app_name = "consultations"

_here = "c/<slug:slug>/"
_space = f"{_here}organiser/"
_list = f"{_space}listes/<slug:liste>/"

urlpatterns = following_moves(
    [
        path(_here, public.home, name="home"),
        path(f"{_here}theme.css", public.theme, name="theme"),
        path(f"{_here}logo/", files.logo, name="logo"),
        path(f"{_here}presentation/", public.presentation, name="presentation"),
        path(f"{_here}debat/", public.debate, name="debate"),
        path(f"{_here}phases/<int:pk>/", public.phase, name="phase"),
        path(f"{_here}documents/<int:pk>/", files.document, name="document"),
        path(f"{_here}partenaires/<int:pk>/logo/", files.partner_logo, name="partner_logo"),
        path(f"{_here}rejoindre/", joining.join, name="join"),
        path(f"{_here}ma-participation/", joining.participation, name="participation"),
        path(f"{_here}journal/", journal.activity, name="journal"),
        path(f"{_here}journal/moderation/", journal.decisions, name="journal_decisions"),
        path(_space, organiser.todo, name="organiser"),
        path(f"{_space}reglages/", organiser.settings, name="settings"),
        path(f"{_space}reglages/supprimer/", organiser.delete, name="delete"),
        path(f"{_space}reglages/archiver/", organiser.archive, name="archive"),
        path(f"{_space}reglages/reprendre/", cloning.clone, name="clone"),
        path(f"{_space}ouvrir/", opening.opening, name="opening"),
        path(f"{_space}ouvrir/annuler/", opening.cancel, name="opening_cancel"),
        path(f"{_space}voir-comme/", seen_as.choose, name="see_as"),
        path(f"{_space}charte/", organiser.charter, name="charter"),
        path(f"{_space}versions/<slug:kind>/<int:pk>/", former_texts.former_texts, name="former_texts"),
        path(f"{_space}programme/", programme.programme, name="programme"),
        path(f"{_space}programme/deplacer/", programme.phase_move, name="phase_move"),
        path(f"{_space}phases/ajouter/", programme.phase_new, name="phase_new"),
        path(f"{_space}phases/<int:pk>/", programme.phase_edit, name="phase_edit"),
        path(f"{_space}phases/<int:pk>/dupliquer/", programme.phase_copy, name="phase_copy"),
        path(f"{_space}phases/<int:pk>/supprimer/", programme.phase_delete, name="phase_delete"),
        path(f"{_space}phases/<int:pk>/thematiques/ajouter/", programme.topic_new, name="topic_new"),
        path(
            f"{_space}phases/<int:pk>/thematiques/ajouter/plusieurs/", programme.topics_several, name="topics_several"
        ),
        path(f"{_space}phases/<int:pk>/thematiques/deplacer/", programme.topic_move, name="topic_move"),
        path(f"{_space}thematiques/<int:pk>/", programme.topic_edit, name="topic_edit"),
        path(f"{_space}thematiques/<int:pk>/dupliquer/", programme.topic_copy, name="topic_copy"),
        path(f"{_space}thematiques/<int:pk>/supprimer/", programme.topic_delete, name="topic_delete"),
        path(f"{_space}listes/", frame.lists, name="lists"),
        path(f"{_space}listes/territoires/importer/", territories.bring_in, name="territories_import"),
        path(_list, frame.index, name="list"),
        path(f"{_list}ajouter/", frame.add, name="list_add"),
        path(f"{_list}ajouter/plusieurs/", frame.several, name="list_several"),
        path(f"{_list}deplacer/", frame.move, name="list_move"),
        path(f"{_list}<int:pk>/", frame.edit, name="list_edit"),
        path(f"{_list}<int:pk>/supprimer/", frame.delete, name="list_delete"),
        path(f"{_space}roles/", people.roles, name="roles"),
        path(f"{_space}roles/<int:pk>/terminer/", people.role_end, name="role_end"),
        path(f"{_space}invitations/", people.invitations, name="invitations"),
        path(f"{_space}invitations/<int:pk>/renvoyer/", people.invitation_resend, name="invitation_resend"),
        path(f"{_space}invitations/<int:pk>/annuler/", people.invitation_revoke, name="invitation_revoke"),
        path(f"{_space}participants/", participants.participants, name="participants"),
        path(f"{_space}participants/<int:pk>/suspendre/", participants.suspend, name="suspend"),
        path(f"{_space}participants/<int:pk>/lever/", participants.lift, name="suspension_lift"),
        path(f"{_space}organisations/", organisations.organisations, name="organisations"),
        path(f"{_space}organisations/<int:pk>/reunir/", organisations.merge, name="organisation_merge"),
        path(f"{_space}organisations/<int:pk>/separer/", organisations.separate, name="organisation_separate"),
        path(f"{_space}porte-parole/", speaking.speakers, name="speakers"),
        path(f"{_space}porte-parole/<int:pk>/confirmer/", speaking.confirm, name="speaker_confirm"),
        path(f"{_space}porte-parole/<int:pk>/retirer/", speaking.refuse, name="speaker_refuse"),
        path("invitation/<str:token>/", invitations.accept, name="invitation"),
        path("organiser/", organiser.manage, name="manage"),
        path("organiser/nouvelle/", organiser.create, name="create"),
    ]
)
