"""Keeping it decent, in the pet talk: what was hidden, looked at twice, passed on, and what waits for a moderator."""

from coproduce.deliberation.models import Comment
from coproduce.deliberation.rules import Door, Side
from coproduce.demo.actions.stage import Stage
from coproduce.moderation import actions
from coproduce.moderation.models import Hiding
from coproduce.moderation.queries import Thing, live_hiding, thing
from coproduce.moderation.rules import AppealVerdict, Rule, What
from coproduce.proposals import actions as proposals
from coproduce.proposals.models import Proposal


def tell(stage: Stage, proposal: Proposal) -> None:
    """`proposal`: the one whose talk it happened in."""
    hidden_and_shown_again(stage, proposal)
    hidden_for_good(stage, proposal)
    passed_on(stage, proposal)
    waits(stage, proposal)


def hidden_and_shown_again(stage: Stage, proposal: Proposal) -> None:
    with stage.day(46, 20):
        said = _say(
            stage, proposal, 21, "Whoever lets a dog out at six in the morning has no heart. I mean my brother."
        )
        _hide(stage, said, Rule.PERSONAL, "It attacks a person.")
    with stage.day(45, 9):
        hiding = _hiding_of(stage, said)
        actions.appeal(stage.me(said.person), hiding, words="He is my own brother, and he laughed.")
    with stage.day(44, 18):
        actions.settle_appeal(
            stage.me("bronwen"), hiding, AppealVerdict.RESTORE, why="It is about nobody else in the place."
        )


def _hiding_of(stage: Stage, said: Comment) -> Hiding:
    found = _post(said)
    hiding = live_hiding(found.what, found.id)
    assert hiding is not None, "it was hidden the day before"  # noqa: S101
    return hiding


def hidden_for_good(stage: Stage, proposal: Proposal) -> None:
    with stage.day(33, 21):
        said = _say(stage, proposal, 23, "The people at the end house with the van should keep their dog elsewhere.")
        actions.report(stage.me("sam"), _post(said), rule=Rule.PRIVATE, words="Everybody knows which house that is.")
    with stage.day(32, 9):
        _hide(stage, said, Rule.PRIVATE, "It tells who lives where. Say it again without the house and the van.")


def passed_on(stage: Stage, proposal: Proposal) -> None:
    with stage.day(25, 15):
        told = actions.tell_privately(
            stage.me("sam"),
            proposal,
            door=Door.HAZARD,
            words="The lamp on the second landing has bare wires. My boy could reach them.",
        )
    with stage.day(25, 16, 10):
        actions.pass_on(stage.me("nadia"), told, to="The repairs line, as an emergency", take_out=False)


def waits(stage: Stage, proposal: Proposal) -> None:
    """A danger that was posted all the same, and a report: both for today."""
    with stage.day(0, 7, 40):
        proposals.comment(
            stage.me(stage.neighbours["Walsden"][25]),
            proposal,
            words="Never mind the dogs, there are rats in the bin store at Lockside Court again.",
            side=Side.PLAIN,
        )
        said = _say(stage, proposal, 27, "Cheap dog beds, ask me for a price.")
        actions.report(stage.me("joyce"), _post(said), rule=Rule.SELLING, words="")


def _say(stage: Stage, proposal: Proposal, neighbour: int, words: str) -> Comment:
    return proposals.comment(stage.me(stage.neighbours["Walsden"][neighbour]), proposal, words=words, side=Side.PLAIN)


def _post(said: Comment) -> Thing:
    found = thing(What.COMMENT, said.id)
    assert found is not None, "it was just said"  # noqa: S101
    return found


def _hide(stage: Stage, said: Comment, rule: Rule, why: str) -> None:
    actions.hide(stage.me("nadia"), _post(said), rule=rule, why=why)
