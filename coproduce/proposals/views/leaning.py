"""What leans on a duty: clauses of published proposals, shown on the duty's own page."""

from __future__ import annotations

from flask import url_for

from coproduce.duties.models import Duty
from coproduce.duties.rules import Leaning
from coproduce.proposals import queries
from coproduce.words import say


def leaning_on(duty: Duty) -> list[Leaning]:
    """A line for each clause. One that was written against older words of the duty says so."""
    return [
        Leaning(
            title=proposal.title,
            url=url_for("proposals.show", proposal_id=proposal) + f"#clause-{position}",
            note=say("Clause {number}", number=position)
            if same
            else say("Clause {number}, written when this duty said something else", number=position),
        )
        for proposal, position, same in queries.leaning_on(duty.id)
    ]
