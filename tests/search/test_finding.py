"""The same texts in the same order on both databases, as reading every text would find them; never to whom may not."""

import random

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from concertation.consultations.actions import edit_phase
from concertation.consultations.models import Topic
from concertation.search.actions import rebuild
from concertation.search.finding import PAGE, find
from concertation.search.models import Entry
from concertation.search.query import parsed
from concertation.search.tokens import terms
from concertation.viewer import Viewer
from contributions import actions
from contributions.actions.moderation import hide_contribution
from contributions.models import Contribution

pytestmark = pytest.mark.django_db
WORDS = (
    "l’eau de la rivière; des lieux d’essai; un élu; les élus; travaux; le travail; loi; lois; habitants; R+3; R3; "
    "C++; Île-de-France; cœur de ville; Zone 30; vélos; journaux; journal; été; maïs; œuvre; zz; 气候; enjeux"
).split("; ")
QUERIES = (
    "eau; l'eau; EAU; riviere; élus; elu; lois; loi; travail; travaux; habit*; habitants*; ile; île de france; "
    '"lieux d\'essai"; "lieu d’essai"; « cœur de ville »; coeur; ville coeur; c++; c; r+3; r3; 30; zone 30; velo; '
    "journal; ete; été; maïs; zz; z*; 气候; enjeu; introuvable; de la; C-3; title:eau; eau OR loi; NEAR(eau loi); "
    'eau*; "de la rivière"; -eau; ^eau; "; l*'
).split("; ")


@pytest.fixture
def corpus(post, moderator):
    chance = random.Random(7)

    def write():
        title = " ".join(chance.choices(WORDS, k=2)) if chance.random() < 0.5 else ""
        return post(" ".join(chance.choices(WORDS, k=6)), title=title, by=moderator)

    return [write() for _number in range(60)]


def numbers(query, viewer, consultation, **options):
    found, params = [], QueryDict()
    while True:
        some = find(parsed(query), viewer, consultation, params, **options)
        found += [hit.found.details[0] for hit in some.hits]
        if not some.page.next:
            return found
        params = QueryDict(some.page.next.removeprefix("?"))


def by_reading(query, rows):
    """Return what reading each text finds: those with all the words in the title first, then the newest."""
    asked = parsed(query).wanted
    found = []
    for one in rows:
        title, text = terms(one.title), [*terms(one.current.plain), "", *terms(one.ref)]
        if asked and all(wanted.stands_in(title) or wanted.stands_in(text) for wanted in asked):
            in_title = all(wanted.stands_in(title) for wanted in asked)
            found.append((in_title, one.published_at, one.pk, one.ref))
    return [ref for *_key, ref in sorted(found, reverse=True)]


def test_search_finds_what_reading_every_text_finds_and_in_that_order(corpus, consultation, now):
    visitor = Viewer(AnonymousUser(), now)
    rows = list(Contribution.objects.select_related("current"))
    chance = random.Random(11)
    words = sorted({word for text in WORDS for word in text.split()})
    mixed = [" ".join(chance.sample(words, chance.choice([1, 1, 2, 2, 3]))) for _number in range(260)]

    found = {query: numbers(query, visitor, consultation) for query in [*QUERIES, *mixed]}

    assert found == {query: by_reading(query, rows) for query in found}
    assert sum(map(bool, found.values())) > 150


def test_a_plural_an_accent_an_apostrophe_a_ligature_and_the_case_do_not_matter(post, consultation, now):
    post("Les œuvres des élus d’été, l’eau : 30 %.")
    visitor = Viewer(AnonymousUser(), now)

    for query in ("oeuvre", "ŒUVRES", "ELU", "élus", "ete", "l'eau", "30 %", "e\u0301te\u0301", "œuvre été"):
        assert numbers(query, visitor, consultation) == ["C-1"], query


@pytest.mark.parametrize(("who", "sees"), [("visitor", []), ("participant", []), ("moderator", ["C-1"])])
def test_a_hidden_text_is_found_by_the_team_alone(request, contribution, moderator, consultation, now, who, sees):
    viewer = (
        Viewer(request.getfixturevalue(who), now)
        if who != "participant"
        else Viewer(request.getfixturevalue("other_participant"), now)
    )
    hide_contribution(contribution, reason=consultation.reasons.first(), by=moderator)

    assert numbers("essai", viewer, consultation) == sees


def test_a_withdrawn_text_is_found_by_nobody_and_leaves_the_index(
    contribution, participant, moderator, consultation, now
):
    actions.withdraw_contribution(contribution, by=participant, now=now)

    for user in (participant, moderator, AnonymousUser()):
        assert numbers("essai", Viewer(user, now), consultation) == []


def test_the_index_is_made_anew_while_the_site_runs(corpus, contribution, consultation, now):
    Entry.objects.filter(object_id=contribution.pk).delete()
    Entry.objects.create(source="contribution", object_id=10**9, consultation_id=consultation.pk, at=now)

    assert rebuild() == Entry.objects.count()
    assert contribution.ref in numbers("essai", Viewer(AnonymousUser(), now), consultation)


def test_former_words_are_found_no_more(contribution, participant, consultation, now):
    actions.edit_contribution(contribution, title="Autre", body="Des ateliers.", by=participant, now=now)
    visitor = Viewer(AnonymousUser(), now)

    assert numbers("essai", visitor, consultation) == []
    assert numbers("atelier", visitor, consultation) == ["C-1"]


def test_a_page_leads_to_the_next_and_repeats_nothing(post, consultation, now):
    refs = [post(f"Des lieux {number}.").ref for number in range(PAGE + 3)]

    first = find(parsed("lieu"), Viewer(AnonymousUser(), now), consultation, QueryDict())

    assert (len(first.hits), first.count) == (PAGE, PAGE + 3)
    assert numbers("lieu", Viewer(AnonymousUser(), now), consultation) == refs[::-1]


@pytest.mark.parametrize(
    "cursor", ["x", "1-2", "1-2-3-4", "-1-2-3", "1-999999999999999999-1", "1-2-99999999999999999999"]
)
def test_a_cursor_that_is_not_ours_shows_the_first_page(contribution, consultation, now, cursor):
    found = find(parsed("essai"), Viewer(AnonymousUser(), now), consultation, QueryDict(f"apres={cursor}"))

    assert found.count == 1


def test_words_found_are_marked_and_never_markup(post, consultation, now):
    post("Avant. " * 60 + "Des <b>lieux</b> d’essai & co. " + "Après. " * 60, title="Un lieu <i>")

    [hit] = find(parsed("lieu"), Viewer(AnonymousUser(), now), consultation, QueryDict()).hits

    assert hit.title == "Un <mark>lieu</mark> &lt;i&gt;"
    assert "&lt;b&gt;<mark>lieux</mark>&lt;/b&gt; d’essai &amp; co." in hit.excerpt
    assert (hit.excerpt[:2], hit.excerpt[-2:]) == ("… ", " …")
    assert len(hit.excerpt) < 400


def test_nothing_is_counted_beyond_a_thousand_and_queries_stay_the_same(post, consultation, now, count_queries):
    post("Un lieu.")
    visitor = Viewer(AnonymousUser(), now)
    one = count_queries(lambda: find(parsed("lieu"), visitor, consultation, QueryDict()))
    post("Un lieu.")
    post("Un lieu.")

    assert count_queries(lambda: find(parsed("lieu"), visitor, consultation, QueryDict())) == one


def test_a_text_that_waits_is_found_by_its_author(post, consultation, open_phase, organiser, now, participant):
    edit_phase(open_phase, moderation="before", by=organiser)
    post("Un lieu.", topic=Topic.objects.get())

    assert numbers("lieu", Viewer(participant, now), consultation) == ["C-1"]
    assert numbers("lieu", Viewer(AnonymousUser(), now), consultation) == []
