"""The demonstration's words: complete, consistent in time, in French typography, and cited to the letter."""

import csv
from collections import Counter
from datetime import time
from pathlib import Path

import pytest

import concertation.consultations
from concertation.pages.demo import content
from concertation.pages.demo.content import Moment, Said, reactions_of
from concertation.texts.markdown import render
from tests.french import WRONG
from tests.pages.said import last_words

DEMO = content.read()
SAID = {said.key: said for said in DEMO.said}
NOTES = {note["key"]: (atelier, note) for atelier, note in DEMO.notes()}
KEYWORDS = {name for names in DEMO.frame["keywords"].values() for name in names}
TERRITORIES = Path(concertation.consultations.__file__).parent / "territories.csv"
TODAY = Moment(0, time(0, 0))


def phase_of(said: Said) -> dict[str, str]:
    topic = next(topic for topic in DEMO.topics if topic["key"] == said.topic)
    return DEMO.phases[topic["phase"]]


def moments_of(text_key: str) -> tuple[Moment, Moment]:
    phase = phase_of(SAID[text_key])
    return Moment.parse(phase["opens_at"]), Moment.parse(phase["closes_at"])


def topic_of(key: str) -> str:
    return SAID[key].topic if key in SAID else NOTES[key][1]["topic"]


def written_at(key: str) -> Moment:
    return SAID[key].at if key in SAID else Moment.parse(NOTES[key][1]["entered_at"])


def plain_of(key: str) -> str:
    words = last_words(SAID[key]) if key in SAID else NOTES[key][1]["text"]
    return render(words).plain


def all_strings(node: object) -> list[str]:
    if isinstance(node, str):
        return [node]
    if isinstance(node, dict):
        return [text for value in node.values() for text in all_strings(value)]
    if isinstance(node, list):
        return [text for value in node for text in all_strings(value)]
    return []


def test_there_is_enough_to_show() -> None:
    assert len(DEMO.topics) == 12
    assert len(DEMO.said) >= 170
    assert len(DEMO.ateliers) == 8
    assert len(DEMO.people) >= 45
    assert len(DEMO.phases) == 3
    assert [synthesis["published"] for synthesis in DEMO.syntheses] == [True, False]


def test_keys_are_unique() -> None:
    keys = [said.key for said in DEMO.said] + list(NOTES)

    assert [key for key, count in Counter(keys).items() if count > 1] == []
    assert len(NOTES) == sum(1 for _ in DEMO.notes())


def test_no_text_is_said_twice() -> None:
    texts = Counter(said.body for said in DEMO.said) + Counter(note["text"] for _, note in DEMO.notes())
    titles = Counter(said.title for said in DEMO.said if said.title)

    assert [text for text, count in (texts + titles).items() if count > 1] == []


def test_people_stakes_natures_and_keywords_exist() -> None:
    stakes = {stake["key"] for stake in DEMO.frame["stakes"]}

    for said in DEMO.said:
        assert said.author in DEMO.people, said.key
        assert {person for _, person in said.reactions} <= set(DEMO.people), said.key
        assert set(said.stakes) <= stakes, said.key
        assert set(said.keywords) <= KEYWORDS, said.key
        assert not said.nature or said.nature in phase_of(said)["natures"], said.key


def test_roots_have_a_title_and_a_nature_and_replies_have_no_title() -> None:
    for said in DEMO.said:
        assert bool(said.title) == (not said.parent), said.key
        assert said.parent or said.nature, said.key
        assert len(said.title) <= 160, said.key
        above = topic_of(said.parent) if said.parent else said.topic
        assert above == said.topic, said.key


def test_reactions_to_notes_are_of_people_once_each_and_not_of_the_speaker() -> None:
    for key, (_, note) in NOTES.items():
        people = [person for _, person in reactions_of(note)]
        assert set(people) <= set(DEMO.people) - {note.get("speaker")}, key
        assert len(people) == len(set(people)), key


def test_nobody_reacts_to_their_own_words_nor_twice() -> None:
    for said in DEMO.said:
        people = [person for _, person in said.reactions]
        assert said.author not in people, said.key
        assert len(people) == len(set(people)), said.key


def test_everything_is_said_while_its_phase_is_open_and_already_past() -> None:
    for said in DEMO.said:
        opens, closes = moments_of(said.key)
        moments = [said.at, *[at for at, _ in said.edits], *([said.withdrawn] if said.withdrawn else [])]
        assert moments == sorted(moments), said.key
        assert all(opens <= moment < min(closes, TODAY) for moment in moments), said.key


def test_a_reply_comes_after_what_it_answers() -> None:
    for said in DEMO.said:
        assert not said.parent or written_at(said.parent) < said.at, said.key


def test_before_the_opening_only_committees_and_teams_write() -> None:
    opening = Moment.parse(DEMO.frame["consultation"]["opens_publicly_at"])
    early = [said for said in DEMO.said if said.at < opening]

    assert len(early) >= 5
    assert [said.key for said in early if not DEMO.people[said.author].get("role")] == []


def test_one_phase_is_over_one_open_one_to_come() -> None:
    windows = [(Moment.parse(row["opens_at"]), Moment.parse(row["closes_at"])) for row in DEMO.frame["phases"]]

    assert windows[0][1] < TODAY
    assert windows[1][0] < TODAY < windows[1][1]
    assert windows[2][0] > TODAY
    assert sorted(windows) == windows


def test_threads_reach_three_levels_and_some_are_disputed_edited_withdrawn() -> None:
    depth = {}
    for said in sorted(DEMO.said, key=lambda one: one.at):
        depth[said.key] = depth.get(said.parent, 0) + 1

    assert max(depth.values()) >= 3
    assert sum(1 for said in DEMO.said if said.edits) >= 3
    assert sum(1 for said in DEMO.said if said.withdrawn) >= 1
    assert sum(1 for said in DEMO.said if any(kind == "disagree" for kind, _ in said.reactions)) >= 30


def test_organisations_kinds_and_territories_of_people_exist() -> None:
    with TERRITORIES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    departments = {row["code"] for row in rows if row["kind"] == "departement"}
    regions = {row["code"] for row in rows if row["kind"] == "region"}
    organisations = {row["key"] for row in DEMO.frame["organisations"]}
    kinds = {row["key"] for row in DEMO.frame["actor_kinds"]}

    for person in DEMO.frame["people"]:
        assert person.get("organisation", "pole") in organisations, person["key"]
        assert person.get("territory", "01") in departments, person["key"]
        assert person.get("kind", "autre") in kinds, person["key"]
    for atelier in DEMO.ateliers:
        assert set(atelier["territories"]) <= regions, atelier["key"]
        assert set(atelier["hosts"]) <= organisations, atelier["key"]
    used = {person["organisation"] for person in DEMO.frame["people"] if "organisation" in person}
    assert organisations - used == set()


def test_each_role_has_a_login() -> None:
    logins = {person["login"]: person for person in DEMO.frame["people"] if "login" in person}

    assert sorted(logins) == [
        "administration", "animation", "atelier", "comite-directeur", "comite-operationnel", "moderation",
        "organisation", "participant",
    ]  # fmt: skip
    assert logins["moderation"]["role"] == "moderator"
    assert logins["organisation"]["role"] == "organiser"


def test_ateliers_are_past_and_future_and_keep_their_capacity() -> None:
    past = [atelier for atelier in DEMO.ateliers if Moment.parse(atelier["at"]) < TODAY]

    assert len(past) == 5
    for atelier in DEMO.ateliers:
        people = [*atelier["registered"], *atelier.get("registered_remote", []), *atelier.get("cancelled", [])]
        assert set(people) | set(atelier["facilitators"]) <= set(DEMO.people), atelier["key"]
        assert len(people) == len(set(people)), atelier["key"]
        assert len(atelier["registered"]) <= atelier["capacity"], atelier["key"]
        assert Moment.parse(atelier["registration_opens"]) < Moment.parse(atelier["registration_closes"]), atelier[
            "key"
        ]
        assert Moment.parse(atelier["registration_closes"]) < Moment.parse(atelier["at"]), atelier["key"]
        assert bool(atelier.get("notes")) == (atelier in past), atelier["key"]
        assert sum(item["minutes"] for item in atelier["agenda"]) == atelier["minutes"], atelier["key"]
    assert any(len(atelier["registered"]) == atelier["capacity"] for atelier in DEMO.ateliers)


def test_the_presentation_counts_the_ateliers_that_everyone_sees() -> None:
    seen = [atelier for atelier in DEMO.ateliers if atelier["kind"] != "committee"]

    assert len(seen) == 7
    assert "Un atelier de cadrage du comité opérationnel, puis sept ateliers ouverts à tout le monde" in str(DEMO.frame)


def test_notes_name_only_people_who_were_there_and_join_existing_topics() -> None:
    topics = {topic["key"] for topic in DEMO.topics}

    for key, (atelier, note) in NOTES.items():
        present = {*atelier["registered"], *atelier.get("registered_remote", []), *atelier["facilitators"]}
        assert note.get("speaker") is None or note["speaker"] in present, key
        assert note["table"] in {table["key"] for table in atelier["tables"]}, key
        if "topic" in note:
            assert note["topic"] in topics, key
            assert Moment.parse(atelier["at"]) < Moment.parse(note["entered_at"]) < TODAY, key


def test_a_phase_keeps_notes_that_were_entered_after_its_close() -> None:
    closes = Moment.parse(DEMO.phases["besoins"]["closes_at"])

    late = [key for key, (_, note) in NOTES.items() if note.get("topic") == "logement"]
    assert any(Moment.parse(NOTES[key][1]["entered_at"]) > closes for key in late)


def test_reports_and_decisions_follow_what_they_are_about() -> None:
    for act in DEMO.moderation["reports"] + DEMO.moderation["decisions"]:
        said = SAID[act["contribution"]]
        assert said.at < Moment.parse(act["at"]) < TODAY, act
        assert said.author != act["by"], act
    for decision in DEMO.moderation["decisions"]:
        assert DEMO.people[decision["by"]]["role"] == "moderator"
    decided = {decision["contribution"] for decision in DEMO.moderation["decisions"]}
    assert {report["contribution"] for report in DEMO.moderation["reports"]} - decided != set()


@pytest.mark.parametrize(("recommendation", "citation"), list(DEMO.citations()))
def test_a_quote_is_an_exact_passage_of_what_it_cites(recommendation: dict, citation: dict) -> None:
    assert plain_of(citation["contribution"]).count(citation["quote"]) == 1, recommendation["key"]


def test_every_published_recommendation_has_a_supporting_citation() -> None:
    published = next(synthesis for synthesis in DEMO.syntheses if synthesis["published"])
    hidden = {decision["contribution"] for decision in DEMO.moderation["decisions"] if decision["act"] == "hide"}
    hidden -= {decision["contribution"] for decision in DEMO.moderation["decisions"] if decision["act"] == "restore"}

    for section in published["sections"]:
        for recommendation in section["recommendations"]:
            citations = recommendation["citations"]
            assert "supports" in {citation["stance"] for citation in citations}, recommendation["key"]
            assert not {citation["contribution"] for citation in citations} & hidden, recommendation["key"]


def test_the_synthesis_in_draft_still_lacks_a_citation() -> None:
    draft = next(synthesis for synthesis in DEMO.syntheses if not synthesis["published"])

    bare = [row["key"] for section in draft["sections"] for row in section.get("recommendations", [])
            if not row.get("citations")]  # fmt: skip
    assert bare == ["r-communs"]


def test_the_words_keep_french_typography() -> None:
    sources = [DEMO.frame, DEMO.topics, DEMO.ateliers, DEMO.moderation, DEMO.syntheses, DEMO.not_cited]

    assert [text for text in all_strings(sources) if WRONG.search(text)] == []
