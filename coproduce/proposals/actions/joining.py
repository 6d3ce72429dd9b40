"""Joining two proposals: with the consent of both, and support that follows only when its giver says so."""

from __future__ import annotations

from sqlalchemy import select

from coproduce import audit, clock, search, texts
from coproduce.accounts.models import Person
from coproduce.accounts.queries import standing
from coproduce.accounts.rules import Standing
from coproduce.db import db, reread
from coproduce.errors import Conflict, require
from coproduce.proposals import letters, policy, queries, rules
from coproduce.proposals.actions.backing import support
from coproduce.proposals.actions.publishing import hold, move
from coproduce.proposals.actions.writers import join_writers
from coproduce.proposals.actions.writing import needed
from coproduce.proposals.models import MergeOffer, Proposal, Support, SupportAsked
from coproduce.proposals.queries import joining
from coproduce.proposals.rules import OfferState, Stage
from coproduce.words import say

OFFERED = audit.verb("merge.offered", "The people who write it were asked to join it with another proposal.")
ACCEPTED = audit.verb("merge.accepted", "It was joined with another proposal.", turning_point=True)
CAME = audit.verb("merge.came", "Another proposal was joined with this one.", turning_point=True)
DECLINED = audit.verb("merge.declined", "The offer to join it with another proposal was declined.")
WITHDRAWN = audit.verb("merge.withdrawn")
FOLLOWED = audit.verb("support.followed")
STAYED = audit.verb("support.stayed")


def offer_merge(me: Standing, proposal: Proposal, into: Proposal, *, why: str) -> MergeOffer:
    """Offer the people who write `proposal` to join it with `into`, which is ours. Nothing moves until they say yes."""
    hold(proposal)
    require(policy.refuse_offer_merge(me, proposal, into))
    if joining.open_offer(proposal) is not None:
        raise Conflict(say("There is an offer to join this already. It must be answered first."))
    why = needed(texts.clean(why), say("Say why they belong together."), rules.LONGEST_PROMISE)
    offer = MergeOffer(
        proposal_id=proposal.id,
        into_id=into.id,
        by_id=me.person_id,
        made_at=clock.now(),
        why=why,
        state=OfferState.OPEN,
        settled_by_id=None,
        settled_at=None,
        settled_why="",
    )
    db.session.add(offer)
    db.session.flush()
    audit.record(OFFERED, by=me, kind="merge", thing_id=offer.id, story=proposal.id)
    letters.merge_offered([author.person for author in queries.authors(proposal)], offer)
    return offer


def accept_merge(me: Standing, offer: MergeOffer) -> None:
    """Join them. The first stays, closed, with its whole story; its writers write the other one too, if they like;
    those who backed it are asked, one by one, whether they back the other."""
    for one in sorted((offer.proposal, offer.into), key=lambda each: each.id):
        hold(one)
    _still_open(offer)
    require(policy.refuse_settle_merge(me, offer))
    require(policy.refuse_take_in(offer.into))
    _settle(me, offer, OfferState.ACCEPTED)
    proposal, into = offer.proposal, offer.into
    proposal.merged_into_id, proposal.why_ended = into.id, offer.why
    move(proposal, Stage.MERGED, by=me)
    search.drop(queries.KIND, proposal.id)
    join_writers(into, [author.person_id for author in queries.authors(proposal)])
    audit.record(ACCEPTED, by=me, kind="merge", thing_id=offer.id, story=proposal.id)
    audit.record(CAME, by=me, kind="merge", thing_id=offer.id, story=into.id)
    _ask_supporters(offer)
    letters.merge_settled([offer.by], proposal, into, accepted=True, why="")


def _still_open(offer: MergeOffer) -> None:
    reread(offer, lock=True)
    if not offer.is_open:
        raise Conflict(say("This offer has been answered. Load the page again to see how."))


def _settle(me: Standing, offer: MergeOffer, state: OfferState, why: str = "") -> None:
    offer.state, offer.settled_by_id, offer.settled_at, offer.settled_why = state, me.person_id, clock.now(), why


def _ask_supporters(offer: MergeOffer) -> None:
    """Everybody who backs the one that ends, but for those who back the other already. Their support there stays."""
    both = select(Support.person_id).where(Support.proposal_id == offer.into_id, Support.until.is_(None))
    query = (
        select(Person)
        .join(Support, Support.person_id == Person.id)
        .where(Support.proposal_id == offer.proposal_id, Support.until.is_(None), Person.id.not_in(both))
        .order_by(Support.id)
    )
    people = db.session.scalars(query).all()
    now = clock.now()
    db.session.add_all(
        SupportAsked(
            offer_id=offer.id, person_id=person.id, asked_at=now, follows=None, said_at=None, entered_by_id=None
        )
        for person in people
    )
    db.session.flush()
    letters.support_asked(people, offer)


def decline_merge(me: Standing, offer: MergeOffer, *, why: str) -> None:
    hold(offer.proposal)
    _still_open(offer)
    require(policy.refuse_settle_merge(me, offer))
    _settle(me, offer, OfferState.DECLINED, needed(texts.clean(why), say("Say why not."), rules.LONGEST_PROMISE))
    audit.record(DECLINED, by=me, kind="merge", thing_id=offer.id, story=offer.proposal_id)
    letters.merge_settled([offer.by], offer.proposal, offer.into, accepted=False, why=offer.settled_why)


def withdraw_merge(me: Standing, offer: MergeOffer) -> None:
    hold(offer.proposal)
    _still_open(offer)
    require(policy.refuse_withdraw_merge(me, offer))
    _settle(me, offer, OfferState.WITHDRAWN)
    audit.record(WITHDRAWN, by=me, kind="merge", thing_id=offer.id, story=offer.proposal_id)


def follow(me: Standing, asked: SupportAsked, *, follows: bool) -> None:
    """Say whether one's support follows. Only a yes moves anything; one may change one's mind while it gathers
    support, with the button on the other proposal."""
    _say(me, me, asked, follows=follows)


def follow_for(me: Standing, asked: SupportAsked, *, follows: bool) -> None:
    """Write down what somebody said on the phone or at the door: their support, and who wrote it down."""
    require(policy.refuse_enter_follow(me, asked))
    asked.entered_by_id = me.person_id
    _say(me, standing(asked.person_id), asked, follows=follows)


def _say(by: Standing, whose: Standing, asked: SupportAsked, *, follows: bool) -> None:
    into = asked.offer.into
    hold(into)
    reread(asked, "follows", lock=True)
    if asked.follows is not None:
        raise Conflict(say("This was answered already. Load the page again to see how."))
    asked.follows, asked.said_at = follows, clock.now()
    db.session.flush()
    verb = FOLLOWED if follows else STAYED
    audit.record(verb, by=by, kind="proposal", thing_id=into.id, story=into.id, entered=by.person_id != whose.person_id)
    if follows:
        support(whose, into)
