"""One of two processes that change the same clause at the same moment, over and over."""

from coproduce import db as database
from coproduce.accounts.queries import standing
from coproduce.app import create_app
from coproduce.errors import Conflict
from coproduce.proposals import actions, queries
from coproduce.proposals.rules import Deed


def amend(settings, gate, name, proposal_id, person_id, clause_id, times):
    """Suggest words of one's own and take them in, `times` times; look again whenever the text has changed."""
    app = create_app(settings)
    with app.app_context():
        for no in range(times):
            gate.wait(60)
            with database.transaction():
                words = actions.Suggestion(Deed.REPLACE, clause_id, f"{name} {no}", "Mine.")
                made = actions.suggest(standing(person_id), queries.whole(proposal_id), words).id
            while not _taken_in(proposal_id, person_id, made):
                pass
        database.db.session.remove()
        database.db.engine.dispose()


def _taken_in(proposal_id, person_id, made):
    try:
        with database.transaction():
            proposal = queries.whole(proposal_id)
            one = queries.amending.find(proposal, made, None)
            seen = queries.newest_no(proposal)
            actions.accept_amendment(standing(person_id), one, seen_no=seen)
    except Conflict:
        return False
    return True
