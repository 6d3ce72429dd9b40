"""Fill an empty database with the invented year. Every row is made by the action that real use would take."""

from __future__ import annotations

from coproduce import audit
from coproduce.db import transaction
from coproduce.demo.actions import estates, pets, residents, voids
from coproduce.demo.actions.stage import Stage, set_the_stage

NUMBERS_OF_SEALS = 100


def fill() -> None:
    """Everything at once, or nothing that a second try would trip over: people come first, in one go."""
    stage = set_the_stage()
    for story in (pets, voids, estates):
        story.tell(stage)
    residents.people_join(stage.today, stage.places)
    stage.catch_up()
    seal_everything()


def seal_everything() -> None:
    for _ in range(NUMBERS_OF_SEALS):
        with transaction():
            if not audit.seal():
                return


__all__ = ["Stage", "fill"]
