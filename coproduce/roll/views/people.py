"""Who is on the roll: finding somebody, adding to a household, and making two one."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from coproduce.access import signed_in, viewer
from coproduce.accounts.models import Occupancy, Person
from coproduce.accounts.rules import FORMAT_NAMES, TENURE_NAMES, Holder
from coproduce.errors import Conflict, NotFound
from coproduce.neighbourhoods.queries import tree
from coproduce.roll import actions, policy
from coproduce.roll.forms import EndForm, HouseholdForm, MergeForm, ReplaceForm
from coproduce.roll.queries import letters, people
from coproduce.roll.views.blueprint import bp, own_places
from coproduce.web import go, page, page_number, tell
from coproduce.words import say


@bp.get("/people")
@signed_in
def listed() -> ResponseReturnValue:
    words = " ".join(request.args.get("find", "").split())[:100]
    number = page_number()
    found, more = people.search(words, own_places(viewer()), number)
    return page(
        "roll/people.html",
        fragment="found",
        words=words,
        found=found,
        more=more,
        places=tree(),
        page_number=number,
        url=lambda n: url_for(".listed", find=words, page=n),
    )


def find_person(person_id: int) -> Person:
    """A person of the places that the viewer keeps; others are not there for them."""
    person = people.find(person_id)
    if person is None:
        raise NotFound
    own, places = own_places(viewer()), people.places_of(person)
    if own is not None and not places & own:
        raise NotFound
    return person


@bp.get("/people/<id:person_id>")
@signed_in
def person(person_id: int) -> ResponseReturnValue:
    found = find_person(person_id)
    stays = people.live_stays(found)
    return page(
        "roll/person.html",
        person=found,
        stays=sorted(found.occupancies, key=lambda stay: (stay.since, stay.id), reverse=True),
        live={stay.id for stay in stays},
        others=people.others_in([stay.home_id for stay in stays], found.id),
        ways=people.ways_in(found.id),
        tenures=TENURE_NAMES,
        formats=[FORMAT_NAMES[one] for one in sorted(found.formats)],
        household=Holder.HOUSEHOLD,
        letter=letters.newest_for(found.id),
        refuse_letter=letters.why_no_letter(found),
        replace=ReplaceForm(),
        end=EndForm(),
    )


@bp.route("/people/<id:person_id>/household", methods=["GET", "POST"])
@signed_in
def add_member(person_id: int) -> ResponseReturnValue:
    beside = _stay_of_tenant(find_person(person_id))
    form = HouseholdForm()
    if form.validate_on_submit():
        try:
            made = actions.add_household_member(
                viewer(),
                beside,
                full_name=form.full_name.data,
                adult=form.adult.data,
                email=form.email.data or "",
                phone=form.phone.data or "",
                formats=form.wanted,
            )
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("This person is on the roll now."))
            return go(url_for(".person", person_id=made.id))
    status = 422 if form.errors else 200
    return page("roll/member.html", status=status, form=form, beside=beside, person_id=person_id)


def _stay_of_tenant(person: Person) -> Occupancy:
    """The tenancy that somebody is added beside."""
    own = own_places(viewer())
    found = [stay for stay in people.live_stays(person) if stay.holder is not Holder.HOUSEHOLD]
    found = [stay for stay in found if own is None or stay.home.place_id in own]
    if not found:
        raise NotFound
    return found[-1]


@bp.post("/people/<id:person_id>/stays/<id:stay_id>/end")
@signed_in
def end_stay(person_id: int, stay_id: int) -> ResponseReturnValue:
    found = find_person(person_id)
    stay = next((stay for stay in people.live_stays(found) if stay.id == stay_id), None)
    if stay is None:
        raise NotFound
    if EndForm().validate_on_submit():
        actions.end_stay(viewer(), stay)
        tell(say("They are off the roll of this home."))
    return go(url_for(".person", person_id=person_id))


@bp.get("/twice")
@signed_in
def twice() -> ResponseReturnValue:
    return page("roll/twice.html", pairs=people.alike(own_places(viewer())), places=tree())


def _told_apart(person: Person) -> str:
    """A name that may be the other's too, with the number that is not."""
    return f"{person.full_name}, {person.resident_ref}" if person.resident_ref else person.full_name


@bp.route("/twice/<id:one_id>/<id:other_id>", methods=["GET", "POST"])
@signed_in
def merge(one_id: int, other_id: int) -> ResponseReturnValue:
    one, other = find_person(one_id), find_person(other_id)
    if one.id == other.id:
        raise NotFound
    form = MergeForm()
    form.offer([(person.id, _told_apart(person)) for person in (one, other)])
    refusal = policy.refuse_merge(viewer(), people.places_of(one) | people.places_of(other))
    if form.validate_on_submit():
        keep, gone = (one, other) if form.keep.data == str(one.id) else (other, one)
        try:
            actions.merge(viewer(), keep, gone)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("They are one person now."))
            return go(url_for(".person", person_id=keep.id))
    status = 422 if form.errors else 200
    return page(
        "roll/merge.html", status=status, form=form, people=(one, other), refusal=refusal,
        live=people.live_stays, ways={person.id: people.ways_in(person.id) for person in (one, other)},
    )  # fmt: skip
