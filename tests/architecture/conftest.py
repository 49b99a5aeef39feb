from tests.architecture.world import atelier_held, people, synthesis_published, world

__all__ = ["atelier_held", "people", "synthesis_published", "world"]
