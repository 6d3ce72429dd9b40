"""What a list of residents would change: who would be added, changed and ended, and which of its rows are wrong.

Pure: the list, the roll as it is and today go in; steps come out. Bringing the steps in and asking again gives none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from coproduce.accounts.rules import Format, Holder, Tenure
from coproduce.roll.rules.lines import Line, Wrong
from coproduce.roll.rules.states import StepKind
from coproduce.words import Message, say


@dataclass(frozen=True)
class PersonNow:
    """Somebody on the roll. A closed account takes no new email or phone from the landlord's list."""

    id: int
    name: str
    adult: bool = True
    email: str = ""
    phone: str = ""
    language: str = "en-GB"
    formats: frozenset[Format] = frozenset()
    closed: bool = False


@dataclass(frozen=True)
class HomeNow:
    id: int
    address: str
    postcode: str
    place_id: int
    do_not_write: bool = False


@dataclass(frozen=True)
class StayNow:
    """That somebody lives in a home. `ref` is empty for people whom the landlord's list does not have."""

    id: int
    ref: str
    name: str
    home_ref: str
    tenure: Tenure
    holder: Holder
    since: date
    until: date | None

    def is_live(self, today: date) -> bool:
        return self.until is None or self.until >= today


@dataclass(frozen=True)
class Roll:
    """The roll as it is. `stays` are those in the places that the list is about; `same` says which numbers turned out
    to be somebody else's second one."""

    people: Mapping[str, PersonNow]
    homes: Mapping[str, HomeNow]
    stays: Sequence[StayNow]
    same: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One thing to do. `facts` is plain JSON: what to write (`person`, `home`, `stay`, with the ids of those that are
    there), for a change what `was` and is `now`, and `why` a line is wrong."""

    kind: StepKind
    line: int | None
    ref: str
    home_ref: str
    name: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Plan:
    steps: tuple[Step, ...]
    living: int

    def count(self, kind: StepKind) -> int:
        return sum(step.kind is kind for step in self.steps)


def work_out(read: Iterable[Line | Wrong], roll: Roll, *, within: frozenset[int], today: date) -> Plan:
    """The steps in the order of the file, then those who are not in it any more.

    `within` are the places that the list is said to be complete for: nobody elsewhere is added, changed or ended.
    """
    return _Work(roll, within, today).over(list(read))


class _Work:
    """One run over one file."""

    def __init__(self, roll: Roll, within: frozenset[int], today: date) -> None:
        self.roll, self.within, self.today = roll, within, today
        self.stays: dict[tuple[str, str], list[StayNow]] = defaultdict(list)
        for stay in roll.stays:
            if stay.ref:
                self.stays[stay.ref, stay.home_ref].append(stay)
        self.first_of_person: dict[str, Line] = {}
        self.first_of_home: dict[str, Line] = {}
        self.first_of_stay: dict[tuple[str, str, date], Line] = {}
        self.people_written: set[str] = set()
        self.homes_written: set[str] = set()
        self.taken_by: dict[tuple[str, str], str] = {}  # of somebody's two numbers, the one whose line counts
        self.claimed: set[int] = set()
        self.spared: set[str] = set()
        self.homes_spared: set[str] = set()
        self.homes_kept: set[str] = set()
        self.steps: list[Step] = []

    def over(self, read: list[Line | Wrong]) -> Plan:
        lines = [line for line in read if isinstance(line, Line)]
        self.no_letters = {line.home_ref for line in lines if line.do_not_write}
        self.named = {(self.who(line.ref), line.home_ref, line.since) for line in lines}
        for one in read:
            if isinstance(one, Wrong):
                self.refuse(one)
            elif why := self.clash(one):
                self.refuse(Wrong(one.no, one.ref, one.home_ref, one.name, (why,)))
            else:
                self.take(one)
        self.end_the_rest()
        living = sum(stay.is_live(self.today) and stay.holder is not Holder.HOUSEHOLD for stay in self.roll.stays)
        return Plan(tuple(self.steps), living)

    def who(self, ref: str) -> str:
        return self.roll.same.get(ref, ref)

    # -- wrong

    def refuse(self, wrong: Wrong) -> None:
        """Keep what its numbers point to: a slip in a row must not end anybody's tenancy."""
        self.spared.add(self.who(wrong.ref))
        self.homes_spared.add(wrong.home_ref)
        self.add(StepKind.WRONG, wrong.no, wrong.ref, wrong.home_ref, wrong.name, {"why": list(wrong.why)})

    def clash(self, line: Line) -> Message | None:
        """Why this line cannot be true beside the lines before it."""
        if line.place_id not in self.within:
            return say("This home is not in the place that you said this list is for.")
        before = self.first_of_person.get(line.ref)
        if before and before.name != line.name:
            return say("Line {no} has another name for this resident number.", no=before.no)
        before = self.first_of_home.get(line.home_ref)
        if before and (before.address, before.postcode, before.place_id) != (
            line.address,
            line.postcode,
            line.place_id,
        ):
            return say("Line {no} has another address or place for this home.", no=before.no)
        before = self.first_of_stay.get((line.ref, line.home_ref, line.since))
        if before:
            return say("This says the same as line {no}.", no=before.no)
        return None

    # -- right

    def take(self, line: Line) -> None:
        stay = self.stay_of(line)
        is_second_number = self.who(line.ref) != line.ref
        if stay:
            self.claimed.add(stay.id)
        facts: dict[str, Any] = {"was": {}, "now": {}}
        long_gone = stay is None and line.until is not None and line.until < self.today
        if line.until is None or line.until >= self.today:
            self.homes_kept.add(line.home_ref)
        if not long_gone:
            self.person(line, facts, second_number=is_second_number)
            self.home(line, facts)
            if self.taken_by.setdefault((self.who(line.ref), line.home_ref), line.ref) == line.ref:
                self.stay(line, stay, facts)
        self.first_of_person.setdefault(line.ref, line)
        self.first_of_home.setdefault(line.home_ref, line)
        self.first_of_stay[line.ref, line.home_ref, line.since] = line
        kind = self.kind_of(stay, facts)
        if kind and (facts["now"] or {"person", "home", "stay"} & facts.keys()):
            self.add(kind, line.no, self.who(line.ref), line.home_ref, line.name, facts)

    def stay_of(self, line: Line) -> StayNow | None:
        """The stay that this line is about: one that began on that day, else one whose beginning is corrected."""
        ref = self.who(line.ref)
        found = [stay for stay in self.stays[ref, line.home_ref] if stay.id not in self.claimed]
        for stay in found:
            if stay.since == line.since:
                return stay
        free = [stay for stay in found if (ref, line.home_ref, stay.since) not in self.named]
        return next((stay for stay in free if stay.is_live(self.today)), None)

    def kind_of(self, stay: StayNow | None, facts: dict[str, Any]) -> StepKind | None:
        if stay is None:
            return StepKind.ADD if "stay" in facts else StepKind.CHANGE
        until = facts.get("stay", {}).get("until")
        if until and date.fromisoformat(until) < self.today and stay.is_live(self.today):
            return StepKind.END
        return StepKind.CHANGE

    def person(self, line: Line, facts: dict[str, Any], *, second_number: bool) -> None:
        facts["person_ref"] = self.who(line.ref)
        if line.ref in self.people_written or second_number:
            return
        self.people_written.add(line.ref)
        now = self.roll.people.get(line.ref)
        if now is None:
            facts["person"] = {
                "full_name": line.name,
                "public_name": line.name.split(" ")[0][:80],
                "adult": line.adult,
                "contact_email": line.email or "",
                "contact_phone": line.phone or "",
                "language": line.language or "en-GB",
                "format_needs": _formats(line.formats or frozenset()),
            }
            return
        facts["person_id"] = now.id
        wanted: dict[str, tuple[Any, Any]] = {"full_name": (now.name, line.name), "adult": (now.adult, line.adult)}
        if not now.closed:
            wanted["contact_email"] = (now.email, line.email)
            wanted["contact_phone"] = (now.phone, line.phone)
            wanted["format_needs"] = (
                _formats(now.formats),
                None if line.formats is None else _formats(line.formats),
            )
        _compare("person", wanted, facts)

    def home(self, line: Line, facts: dict[str, Any]) -> None:
        facts["home_ref"] = line.home_ref
        if line.home_ref in self.homes_written:
            return
        self.homes_written.add(line.home_ref)
        now = self.roll.homes.get(line.home_ref)
        silent = line.home_ref in self.no_letters if line.do_not_write is not None else None
        if now is None:
            facts["home"] = {
                "address": line.address,
                "postcode": line.postcode,
                "place_id": line.place_id,
                "do_not_write": bool(silent),
            }
            return
        facts["home_id"] = now.id
        wanted: dict[str, tuple[Any, Any]] = {
            "address": (now.address, line.address),
            "postcode": (now.postcode, line.postcode),
            "place_id": (now.place_id, line.place_id),
            "do_not_write": (now.do_not_write, silent),
        }
        _compare("home", wanted, facts)

    def stay(self, line: Line, stay: StayNow | None, facts: dict[str, Any]) -> None:
        until = line.until.isoformat() if line.until else None
        if stay is None:
            facts["stay"] = {
                "tenure": line.tenure.value,
                "holder": line.holder.value,
                "since": line.since.isoformat(),
                "until": until,
            }
            return
        facts["stay_id"] = stay.id
        _compare(
            "stay",
            {
                "tenure": (stay.tenure.value, line.tenure.value),
                "holder": (stay.holder.value, line.holder.value),
                "since": (stay.since.isoformat(), line.since.isoformat()),
            },
            facts,
        )
        was = stay.until.isoformat() if stay.until else None
        if was != until:
            facts.setdefault("stay", {})["until"] = until
            facts["was"]["until"], facts["now"]["until"] = was, until

    # -- who is not in the list

    def end_the_rest(self) -> None:
        ended: set[str] = set()
        for stay in sorted(self.roll.stays, key=lambda stay: (stay.home_ref, stay.name, stay.id)):
            if self.has_left(stay):
                ended.add(stay.home_ref)
                self.end(stay)
            elif stay.is_live(self.today) and stay.holder is not Holder.HOUSEHOLD:
                self.homes_kept.add(stay.home_ref)
        ended |= {step.home_ref for step in self.steps if step.kind is StepKind.END}
        for stay in self.roll.stays:
            alone = stay.home_ref in ended - self.homes_kept - self.homes_spared
            if stay.holder is Holder.HOUSEHOLD and stay.is_live(self.today) and alone:
                self.end(stay)

    def has_left(self, stay: StayNow) -> bool:
        return (
            bool(stay.ref)
            and stay.holder is not Holder.HOUSEHOLD
            and stay.is_live(self.today)
            and stay.id not in self.claimed
            and stay.ref not in self.spared
            and stay.home_ref not in self.homes_spared
        )

    def end(self, stay: StayNow) -> None:
        until = max(stay.since, self.today - timedelta(days=1)).isoformat()
        if stay.until is not None and stay.until.isoformat() == until:
            return
        facts = {
            "stay_id": stay.id,
            "stay": {"until": until},
            "was": {"until": stay.until.isoformat() if stay.until else None},
            "now": {"until": until},
        }
        self.add(StepKind.END, None, stay.ref, stay.home_ref, stay.name, facts)

    def add(self, kind: StepKind, no: int | None, ref: str, home_ref: str, name: str, facts: dict[str, Any]) -> None:
        self.steps.append(Step(kind, no, ref, home_ref, name, facts))


def _compare(what: str, wanted: Mapping[str, tuple[Any, Any]], facts: dict[str, Any]) -> None:
    """Note what differs. A new value of None means that the list does not say."""
    for name, (was, now) in wanted.items():
        if now is not None and was != now:
            facts.setdefault(what, {})[name] = now
            facts["was"][name], facts["now"][name] = was, now


def _formats(formats: frozenset[Format]) -> str:
    return ", ".join(sorted(one.value for one in formats))
