"""What a place is, and how places lie inside one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from coproduce.words import Message, say


class PlaceKind(StrEnum):
    NEIGHBOURHOOD = "neighbourhood"
    ESTATE = "estate"
    BLOCK = "block"


LIES_IN: Mapping[PlaceKind, frozenset[PlaceKind | None]] = {
    PlaceKind.NEIGHBOURHOOD: frozenset({None}),
    PlaceKind.ESTATE: frozenset({PlaceKind.NEIGHBOURHOOD}),
    PlaceKind.BLOCK: frozenset({PlaceKind.NEIGHBOURHOOD, PlaceKind.ESTATE}),
}


def wrong_parent(kind: PlaceKind, parent: PlaceKind | None) -> Message | None:
    """Why a place of this kind cannot lie there."""
    if parent in LIES_IN[kind]:
        return None
    if kind is PlaceKind.NEIGHBOURHOOD:
        return say("A neighbourhood lies in no other place.")
    if kind is PlaceKind.ESTATE:
        return say("An estate lies in a neighbourhood.")
    return say("A block lies in a neighbourhood or on an estate.")


@dataclass(frozen=True)
class Spot:
    """One place in the tree."""

    id: int
    parent_id: int | None
    kind: PlaceKind
    name: str


@dataclass(frozen=True)
class Tree:
    """All places at once: there are hundreds at most."""

    spots: Mapping[int, Spot]

    @classmethod
    def of(cls, spots: Iterable[Spot]) -> Tree:
        return cls({spot.id: spot for spot in spots})

    def around(self, place_id: int) -> tuple[Spot, ...]:
        """The place and all that it lies in, smallest first: block, estate, neighbourhood."""
        found = []
        spot = self.spots.get(place_id)
        while spot is not None:
            found.append(spot)
            spot = self.spots.get(spot.parent_id) if spot.parent_id is not None else None
        return tuple(found)

    def within(self, place_id: int) -> frozenset[int]:
        """The ids of the place and of all that lie inside it."""
        return frozenset(spot_id for spot_id in self.spots if any(s.id == place_id for s in self.around(spot_id)))

    def neighbourhood(self, place_id: int) -> Spot:
        return self.around(place_id)[-1]

    def in_order(self) -> list[tuple[Spot, int]]:
        """Every place with its depth, neighbourhoods by name, what lies inside after each."""
        return [(spot, len(self.around(spot.id)) - 1) for spot in sorted(self.spots.values(), key=self._path)]

    def _path(self, spot: Spot) -> list[str]:
        return [step.name for step in reversed(self.around(spot.id))]
