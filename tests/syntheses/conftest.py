"""A contribution, an extract of it, a recommendation on it, and a synthesis that holds it."""

from concertation.syntheses.coding.actions import create_extract
from concertation.syntheses.publishing.actions import publish_synthesis
from concertation.syntheses.writing import actions as writing
from contributions import actions as contributions
from tests.announcing import verbs_announce  # noqa: F401 - a fixture that every test here uses
from tests.indexing import index_holds  # noqa: F401 - a fixture that every test here uses
from tests.kept_rows import kept

BODY = "Nos marchés sont trop longs. Une petite commune renonce avant la fin. Il faut un guide commun."


@kept
def contribution(topic, participant):
    return contributions.post_contribution(topic, title="Des marchés trop longs", body=BODY, by=participant)


@kept
def extract(contribution, organiser):
    return create_extract(contribution, start=29, end=70, by=organiser)


@kept
def recommendation(consultation, organiser):
    return writing.create_recommendation(
        consultation, title="Écrire un guide", body="Un guide **commun**.", by=organiser
    )


@kept
def synthesis(consultation, recommendation, organiser, open_phase):
    made = writing.create_synthesis(
        consultation, title="Synthèse d’étape", introduction="Ce que nous avons lu.", phases=[open_phase], by=organiser
    )
    section = writing.add_section(made, title="Acheter autrement", by=organiser)
    writing.place_recommendation(section, recommendation=recommendation, by=organiser)
    return made


@kept
def version(synthesis, recommendation, extract, organiser, now):
    writing.cite(recommendation, extract=extract, stance="supports", by=organiser)
    return publish_synthesis(synthesis, now=now, by=organiser)
