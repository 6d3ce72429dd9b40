"""Who may do what to a proposal. Each answer is None, or the reason to refuse."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from coproduce.accounts.rules import COLLEAGUES, Circle, Role, Standing
from coproduce.deliberation.rules import PutTo, Shown
from coproduce.proposals.rules import (
    BEFORE_THE_VOTE,
    TAKES_SUPPORT,
    TAKES_TALK,
    AuthorState,
    Mandate,
    Stage,
    Stand,
    may_move,
)
from coproduce.words import Message, say

if TYPE_CHECKING:
    from coproduce.deliberation.models import Comment, PutQuestion
    from coproduce.proposals.models import Amendment, Choice, DutyFlag, DutyQuestion, MergeOffer, Proposal, SupportAsked


NOT_FOR_ALL = say("This is hidden by a moderator, or waits for one.")


def _out_of_sight(proposal: Proposal) -> Message | None:
    """Nobody takes part in what not everybody can read."""
    return NOT_FOR_ALL if proposal.is_published and not proposal.is_for_all else None


def works_for(me: Standing, place_id: int) -> bool:
    """Whether the landlord has given them this place to work in."""
    return any(me.holds(role, place_id) for role in COLLEAGUES)


def may_write_down(me: Standing, place_id: int) -> bool:
    """Whether they may write down what residents of this place tell them: its champions and officers."""
    return me.holds(Role.CHAMPION, place_id) or me.holds(Role.OFFICER, place_id)


def refuse_draft(me: Standing, place_id: int) -> Message | None:
    if not me.known:
        return say("Sign in to write a proposal.")
    if me.is_neighbour(place_id) or works_for(me, place_id):
        return None
    return say("You can write a proposal for the place you live in.")


def refuse_see(me: Standing, proposal: Proposal) -> Message | None:
    if proposal.is_for_all or proposal.is_written_by(me.person_id) or proposal.is_invited(me.person_id):
        return None
    if not proposal.is_published:
        return say("This is still being written. Only the people who write it can read it.")
    return None if sees_hidden(me, proposal.place_id) else NOT_FOR_ALL


def sees_hidden(me: Standing, place_id: int) -> bool:
    """Those who moderate this place read what nobody else does."""
    return me.holds(Role.MODERATOR, place_id) or me.holds(Role.ADMINISTRATOR, place_id)


def refuse_edit(me: Standing, proposal: Proposal) -> Message | None:
    if not proposal.is_written_by(me.person_id):
        return say("Only the people who write this proposal can change it.")
    if proposal.stage is not Stage.DRAFT:
        return say("This text is published. It cannot be changed here.")
    return None


def refuse_raise(me: Standing, proposal: Proposal) -> Message | None:
    return refuse_edit(me, proposal)


def refuse_raise_for(me: Standing, proposal: Proposal) -> Message | None:
    """A champion or an officer of the place may write down what somebody tells them, in a draft of their own."""
    if refusal := refuse_edit(me, proposal):
        return refusal
    if proposal.entered_by_id is not None:
        return say("This is written down for somebody already.")
    if may_write_down(me, proposal.place_id):
        return None
    return say("Only a champion or an officer for this place can write down a proposal for somebody else.")


def refuse_withdraw(me: Standing, proposal: Proposal) -> Message | None:
    if not proposal.is_written_by(me.person_id):
        return say("Only the people who wrote this proposal can withdraw it.")
    if not may_move(proposal.stage, Stage.WITHDRAWN):
        return say("It is too late to withdraw this.")
    return None


def refuse_support(me: Standing, proposal: Proposal) -> Message | None:
    """Residents of the place and colleagues. Only residents are counted: see `is_counted`."""
    if proposal.stage not in TAKES_SUPPORT:
        return say("This proposal is not gathering support now.")
    if refusal := _out_of_sight(proposal):
        return refusal
    if not me.known:
        return say("Sign in to back this proposal.")
    if me.is_neighbour(proposal.place_id) or me.is_colleague:
        return None
    return say("Only people who live in this place can back it.")


def refuse_take_back(me: Standing, proposal: Proposal) -> Message | None:
    """Whoever backed it may stop, also after moving away."""
    if proposal.stage not in TAKES_SUPPORT:
        return say("This proposal is not gathering support now.")
    return None if me.known else say("Sign in to back this proposal.")


def is_counted(me: Standing, proposal: Proposal) -> bool:
    """Whether their support counts towards what is needed: residents' does, a colleague's is only shown."""
    return me.is_neighbour(proposal.place_id) and not me.is_colleague


def refuse_comment(me: Standing, proposal: Proposal) -> Message | None:
    if proposal.stage not in TAKES_TALK:
        return say("This talk is closed. You can still read it.")
    if refusal := _out_of_sight(proposal):
        return refusal
    if not me.known:
        return say("Sign in to add your voice.")
    if me.is_neighbour(proposal.place_id) or me.is_colleague or me.sits_on(Circle.TASK_FORCE):
        return None
    return say("Only people who live in this place can comment on it.")


def refuse_put(me: Standing, proposal: Proposal) -> Message | None:
    """The people who write it, those who help residents here, and the task force put questions to who can answer."""
    if proposal.stage not in TAKES_TALK:
        return say("This talk is closed. You can still read it.")
    if refusal := _out_of_sight(proposal):
        return refusal
    helps = may_write_down(me, proposal.place_id) or me.sits_on(Circle.TASK_FORCE)
    if helps or proposal.is_written_by(me.person_id):
        return None
    return say("The people who write this, a champion, an officer or the task force can put a question to somebody.")


def refuse_answer_put(me: Standing, proposal: Proposal, question: PutQuestion) -> Message | None:
    if question.answered_at is not None:
        return say("This question has been answered.")
    if question.to is PutTo.LANDLORD:
        if me.holds(Role.OFFICER, proposal.place_id) or me.holds(Role.DECISION_OWNER, proposal.place_id):
            return None
        return say("Only the landlord’s people for this place can answer this question.")
    if me.holds(Role.DUTY_KEEPER, proposal.place_id) or me.sits_on(Circle.TASK_FORCE):
        return None
    return say("Only the task force or a duty keeper can answer this question.")


def refuse_join_text(me: Standing, proposal: Proposal, comment: Comment) -> Message | None:
    if not proposal.is_written_by(me.person_id):
        return say("Only the people who write this proposal can say what went into it.")
    if comment.state is not Shown.SHOWN:
        return say("This is not there for all to read.")
    return None


MAY_GAIN_WRITERS = frozenset({Stage.DRAFT, *BEFORE_THE_VOTE})


def refuse_invite(me: Standing, proposal: Proposal) -> Message | None:
    if not proposal.is_written_by(me.person_id):
        return say("Only the people who write this can ask others to write with them.")
    if proposal.stage not in MAY_GAIN_WRITERS:
        return say("The text cannot change now, so nobody can join the people who write it.")
    return _out_of_sight(proposal)


def refuse_join(me: Standing, proposal: Proposal) -> Message | None:
    """Whoever was asked, or has the link, and could have begun it here."""
    if proposal.is_written_by(me.person_id):
        return say("You write this already.")
    if proposal.stage not in MAY_GAIN_WRITERS:
        return say("The text cannot change now, so nobody can join the people who write it.")
    if refusal := _out_of_sight(proposal):
        return refusal
    if not me.known:
        return say("Sign in to write this with them.")
    return refuse_draft(me, proposal.place_id)


def refuse_leave(me: Standing, proposal: Proposal) -> Message | None:
    if not proposal.is_written_by(me.person_id):
        return say("You do not write this.")
    if sum(author.state is AuthorState.ACCEPTED for author in proposal.authors) == 1:
        return say("You are the only one who writes this. Ask somebody to write it with you first, or withdraw it.")
    return None


MAY_BE_JOINED = frozenset({Stage.RAISED, Stage.SHAPING})


def refuse_offer_merge(me: Standing, proposal: Proposal, into: Proposal) -> Message | None:
    """Writers of the one that would stay ask the writers of the other."""
    if not into.is_written_by(me.person_id):
        return say("Only the people who write the proposal that stays can offer this.")
    if proposal.id == into.id:
        return say("These are the same proposal.")
    if proposal.stage not in MAY_BE_JOINED:
        return say("This proposal can no longer be joined with another.")
    return refuse_take_in(into)


def refuse_offer_any(me: Standing, proposal: Proposal, mine: Iterable[Proposal]) -> Message | None:
    """Whether any of my proposals could take this one in."""
    refusals = [refuse_offer_merge(me, proposal, into) for into in mine]
    if not refusals:
        return say("You write no proposal that this one could be joined with.")
    return None if None in refusals else refusals[0]


def refuse_take_in(into: Proposal) -> Message | None:
    if into.stage not in BEFORE_THE_VOTE:
        return say("The proposal that would stay cannot change now.")
    return None


def refuse_settle_merge(me: Standing, offer: MergeOffer) -> Message | None:
    if not offer.proposal.is_written_by(me.person_id):
        return say("Only the people who write this proposal can say whether it is joined.")
    if offer.proposal.stage not in MAY_BE_JOINED:
        return say("This proposal can no longer be joined with another.")
    return None


def refuse_withdraw_merge(me: Standing, offer: MergeOffer) -> Message | None:
    if not offer.into.is_written_by(me.person_id):
        return say("Only the people who made this offer can take it back.")
    return None


def refuse_enter_follow(me: Standing, asked: SupportAsked) -> Message | None:
    """What somebody said on the phone is written down by a champion or an officer of the place."""
    if may_write_down(me, asked.offer.into.place_id):
        return None
    return say("Only a champion or an officer for this place can write down what somebody said.")


def refuse_amend(me: Standing, proposal: Proposal) -> Message | None:
    """Whoever may comment may suggest a change, until the text goes to the vote."""
    if proposal.stage not in BEFORE_THE_VOTE:
        return say("The text cannot change now. Suggestions are for the time before the vote.")
    if not me.known:
        return say("Sign in to suggest a change.")
    return refuse_comment(me, proposal)


def refuse_back_amendment(me: Standing, proposal: Proposal) -> Message | None:
    return refuse_amend(me, proposal)


def refuse_settle_amendment(me: Standing, proposal: Proposal, stand: Stand | None) -> Message | None:
    """The people who write it settle suggestions. The words of a fixed clause are for the duty keeper."""
    if proposal.stage not in BEFORE_THE_VOTE:
        return say("The text cannot change now. Suggestions are for the time before the vote.")
    if stand is Stand.FIXED:
        if not me.holds(Role.DUTY_KEEPER, proposal.place_id):
            return say("The law fixes this clause. Only a duty keeper can agree to other words for it.")
        return None
    if not proposal.is_written_by(me.person_id):
        return say("Only the people who write this proposal can take a suggestion in or decline it.")
    return None


def refuse_take_amendment_back(me: Standing, amendment: Amendment) -> Message | None:
    if amendment.by_id != me.person_id:
        return say("Only the person who suggested this can take it back.")
    return None


def refuse_name_mandate(me: Standing, proposal: Proposal) -> Message | None:
    if not (me.holds(Role.OFFICER, proposal.place_id) or me.holds(Role.DECISION_OWNER, proposal.place_id)):
        return say("Only an officer for this place, or the person who answers for the landlord, can make the promise.")
    if proposal.mandate is not None:
        return say("The promise is made.")
    if refusal := _out_of_sight(proposal):
        return refusal
    if proposal.stage is not Stage.RAISED:
        return say("A promise is made when a proposal has gathered enough support.")
    if proposal.support_reached_on is None:
        return say("Not enough neighbours back this yet. The promise is due once they do.")
    return None


def refuse_change_mandate(me: Standing, proposal: Proposal) -> Message | None:
    """Those who make the promise may change it before the vote, with a public reason."""
    if not (me.holds(Role.OFFICER, proposal.place_id) or me.holds(Role.DECISION_OWNER, proposal.place_id)):
        return say("Only an officer for this place, or the person who answers for the landlord, can make the promise.")
    if proposal.mandate is None:
        return say("No promise is made yet.")
    if proposal.stage not in {Stage.SHAPING, Stage.SETTLED}:
        return say("The vote counts on what was promised. It cannot be changed now.")
    return None


def refuse_lower_mandate(me: Standing, proposal: Proposal, to: Mandate) -> Message | None:
    """Whoever answers for the landlord, and nobody else, promises less than before."""
    order = list(Mandate)
    lower = proposal.mandate is not None and order.index(to) < order.index(proposal.mandate)
    if lower and not me.holds(Role.DECISION_OWNER, proposal.place_id):
        return say("Only the person who answers for the landlord can promise less than before.")
    return None


def refuse_set_support_needed(me: Standing) -> Message | None:
    if me.holds(Role.DECISION_OWNER) or me.holds(Role.ADMINISTRATOR):
        return None
    return say("Only the person who answers for the landlord, or an administrator, sets how many must back a proposal.")


def refuse_answer(me: Standing, question: DutyQuestion, proposal: Proposal) -> Message | None:
    if not me.holds(Role.DUTY_KEEPER, proposal.place_id):
        return say("Only a duty keeper can answer this question.")
    if question.answered_at is not None:
        return say("This question has been answered.")
    if proposal.stage not in BEFORE_THE_VOTE:
        return say("The text cannot change now, so the question cannot be settled here.")
    return None


def refuse_flag(me: Standing, proposal: Proposal) -> Message | None:
    """Whoever may comment may say that something may break a duty."""
    if proposal.stage not in BEFORE_THE_VOTE:
        return say("What may break a duty is looked at before the vote opens. That time has passed.")
    if not me.known:
        return say("Sign in to say that this may break a duty.")
    return refuse_comment(me, proposal)


def refuse_settle_flag(me: Standing, flag: DutyFlag, proposal: Proposal) -> Message | None:
    if not me.holds(Role.DUTY_KEEPER, proposal.place_id):
        return say("Only a duty keeper can say whether this keeps inside the law.")
    if flag.settled_at is not None:
        return say("A duty keeper has settled this. Load the page again to read what they say.")
    if proposal.stage not in BEFORE_THE_VOTE:
        return say("The text cannot change now, so this cannot be settled here.")
    return None


def refuse_settle(me: Standing, choice: Choice, proposal: Proposal) -> Message | None:
    if not me.holds(Role.DUTY_KEEPER, proposal.place_id):
        return say("Only a duty keeper can say whether an option keeps inside the law.")
    if proposal.stage not in BEFORE_THE_VOTE:
        return say("Options are settled before the vote opens. That time has passed.")
    return None
