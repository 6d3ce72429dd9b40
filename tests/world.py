"""A town in which every kind of thing is there: what tests/access_matrix.py asks for, by name.

Made through the actions that people use. To add a kind of thing, make it in `build` and keep what its address needs
(an id, or its `.address`) as an attribute of the world.
"""

from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import select

from coproduce import clock
from coproduce import db as database
from coproduce.accounts import actions as people
from coproduce.accounts import letters
from coproduce.accounts.models import Occupancy, RoleHeld, Seat, SignIn
from coproduce.accounts.queries import mine
from coproduce.accounts.rules import ROLE_NAMES, Purpose, Role, WayInKind
from coproduce.accounts.rules.ways import WAY_IN_NAMES
from coproduce.db import db
from coproduce.deliberation.rules import Door, PutTo, Side
from coproduce.duties.actions import load_register
from coproduce.duties.models import Duty, DutyVersion
from coproduce.duties.rules import Area
from coproduce.moderation import actions as decency
from coproduce.moderation import queries as decency_queries
from coproduce.moderation.rules import Rule, What
from coproduce.proposals import actions as proposals
from coproduce.proposals import queries as proposal_queries
from coproduce.proposals.models import Choice, Clause, DutyQuestion
from coproduce.proposals.rules import Deed, Mandate, Option, Stand, Within
from coproduce.roll import actions as roll
from coproduce.roll.queries import people as people_on_the_roll
from coproduce.roll.rules import columns
from coproduce.taskforce import actions as answers
from coproduce.taskforce import jobs as answers_due
from coproduce.taskforce import queries as promises
from coproduce.taskforce.models import AnswerOwed, Departure
from coproduce.taskforce.rules import ActionState, AnswerKind, Cause, Rating, ReasonKind
from coproduce.voting import actions as voting
from coproduce.voting.models import Ballot
from tests import town

STRANGER, ENDED = "stranger", "ended"
PEOPLE = {
    "neighbour": "joyce",
    "other_neighbour": "ella",
    "author": "asha",
    "champion": "bronwen",
    "task_force": "farida",
    "officer": "denise",
    "other_officer": "owen",
    "decision_owner": "priya",
    "duty_keeper": "ruth",
    "administrator": "grace",
    "moderator": "nadia",
}
DUTY = "PET-04"


class World:
    """Holds plain ids, addresses and secrets, never rows: it outlives the database session that made it."""

    def __init__(self, app):
        self.addresses = app.url_map.bind("localhost")
        self.secrets = {}
        self.all = "all"


def build(app):
    """Make the whole world. Begins and ends its own transactions."""
    world = World(app)
    maker = Maker(world)
    maker.people()
    maker.drafts()
    maker.published()
    maker.voting()
    maker.answers()
    maker.moderation()
    maker.roll()
    maker.letters()
    db.session.remove()
    return world


class Maker:
    def __init__(self, world):
        self.world = world
        self.today = clock.today()

    @contextmanager
    def day(self, days_ago):
        """Do it that many days before today, in one transaction."""
        with clock.moved_to(clock.at(self.today - timedelta(days=days_ago), 10)), database.transaction():
            yield

    def me(self, name):
        return self.town.me(getattr(self.town, name))

    # -- people and the register

    def people(self):
        world = self.world
        with self.day(200):
            self.town = town.build()
            load_register()
            query = select(Duty.code, DutyVersion.id).join(DutyVersion, DutyVersion.duty_id == Duty.id)
            self.duties = dict(tuple(row) for row in db.session.execute(query))
        with database.transaction():
            for role, name in PEOPLE.items():
                person = getattr(self.town, name)
                world.secrets[role] = people.begin_sign_in(person.id, device="test", strong=True)
            world.secrets[ENDED] = people.begin_sign_in(self.town.sam.id, device="lost phone")
            people.end_sign_in(world.secrets[ENDED], why="lost")
            world.link = people.make_link(self.town.joyce).rpartition("/")[2]
            people.ask_for_link("asha@example.org", origin="127.0.0.1", next_path=None)
        world.duty = DUTY.lower()
        world.player = self.town.asha.id

    # -- the roll, ways in and roles

    def roll(self):
        """A list that waits for a yes, one that waits for its columns, a household and letters to print."""
        world, town_ = self.world, self.town
        officer = self.me("denise")
        rows = (
            "R1,Zoë Quill,yes,H900,90 Ridge Row,OL14 0AA,Ridge Row,assured,sole,1/2/2026,,zoe@example.org",
            "R2,,yes,H901,91 Ridge Row,OL14 0AA,Ridge Row,assured,sole,1/2/2026,,",
        )
        head = "ref,name,adult,home ref,address,postcode,place,tenure,holder,since,until,email"
        content = "\n".join((head, *rows)).encode()
        with database.transaction():
            sent = roll.send(officer, content=content, file_name="walsden.csv", place_id=town_.walsden.id)
            ready = roll.send(officer, content=content, file_name="walsden.csv", place_id=town_.walsden.id)
            roll.match(officer, ready, columns.suggest(ready.headings, {}), month_first=False)
            world.sent, world.ready = sent.id, ready.id
        roll.work_out(world.ready)
        with database.transaction():
            world.tenant = town_.marek.id
            stay = people_on_the_roll.live_stays(people_on_the_roll.find(world.tenant))[0]
            member = roll.add_household_member(officer, stay, full_name="Ola Nowak", adult=True, phone="07700 900123")
            world.member = member.id
            world.member_stay = db.session.scalars(select(Occupancy.id).where(Occupancy.person_id == member.id)).first()
            batch = roll.replace_letter(officer, member)
            batch.place_id = town_.walsden.id
            world.batch = batch.id
            world.helped = people.help_to_join(
                self.me("bronwen"), number="", name="Ola Nowak", postcode="OL14 0AA", how="aloud"
            )
            world.join_code = people.tokens.code_of(world.helped)

    def letters(self):
        """One of each letter about accounts, and what their links and codes open."""
        world, town_ = self.world, self.town
        with database.transaction():
            person = town_.joyce
            people.ways.ask_to_confirm_email(person, "joyce.new@example.org")
            token = people.tokens.new_secret()
            people.tokens.make(Purpose.CONFIRM_EMAIL, person.id, token, value="joyce.two@example.org")
            world.email_link = token
            letters.text_code(person, "+447700900123", "123456", 10)
            letters.join_by_email(person, "joyce@example.org", "http://localhost/join/ACDEFGHJKM")
            letters.joined(person)
            letters.way_in_changed(person, WAY_IN_NAMES[WayInKind.EMAIL])
            letters.role_given(person, ROLE_NAMES[Role.CHAMPION], "Walsden", self.today)
            letters.role_ended(person, ROLE_NAMES[Role.CHAMPION], "")
            letters.account_closed(person, "joyce@example.org")
            world.way_in = mine.ways(person.id)[0].id
            people.ways.set_passphrase(person, people.passphrases.make("otter violin marble"), this_sign_in=None)
            world.secrets["neighbour"] = people.begin_sign_in(person.id, device="test", strong=True)
            people.begin_sign_in(person.id, device="an old phone")
            world.sign_in = db.session.scalars(select(SignIn.id).order_by(SignIn.id.desc())).first()
            world.champion_id = town_.bronwen.id
            world.role_held = db.session.scalars(
                select(RoleHeld.id).where(RoleHeld.person_id == town_.bronwen.id)
            ).first()
            world.member_id = town_.farida.id
            world.seat = db.session.scalars(select(Seat.id).where(Seat.person_id == town_.farida.id)).first()

    # -- proposals at each stage

    def propose(self, title, *, author="asha", unclear=False):
        """A draft of three clauses or four: fixed by a duty, with options, plain; and one that nobody is sure of."""
        me = self.me(author)
        made = proposals.draft(
            me,
            place_id=self.town.walsden.id,
            area=Area.PETS,
            title=title,
            summary="Say yes to most pets, and keep the stairs clean and quiet.",
            reasons="Today the answer depends on whom you ask.",
        )
        clauses = [
            {
                "words": "Assistance dogs are always welcome.",
                "stand": Stand.FIXED,
                "duty_version_id": self.duties[DUTY],
            },
            {
                "words": "How many cats and dogs may live in one home.",
                "stand": Stand.FLEXIBLE,
                "range_words": "From one pet to no limit at all.",
                "options": (Option("One pet", "More by asking"), Option("Two pets", "", 65_000)),
            },
            {"words": "Dogs are on a lead in shared halls.", "stand": Stand.FLEXIBLE},
        ]
        if unclear:
            clauses.append(
                {"words": "Hens on the green.", "stand": Stand.UNCLEAR, "question": "Must neighbours agree by law?"}
            )
        for clause in clauses:
            proposals.add_clause(me, made, **clause)
        return made

    def back(self, made):
        for name in ("joyce", "marek", "sam"):
            proposals.support(self.me(name), made)

    def drafts(self):
        with self.day(6):
            draft = self.propose("A draft about bins")
            self.world.draft = draft.address
            self.world.draft_clause = self._clause(draft).id

    def published(self):
        world = self.world
        with self.day(40):
            raised = self.propose("Hens by the raised beds", unclear=True)
            proposals.raise_it(self.me("asha"), raised)
            world.raised, world.first_version = raised.address, 1
            world.raised_clause = self._clause(raised).id
            world.question = db.session.scalars(select(DutyQuestion.id).order_by(DutyQuestion.id.desc())).first()
            world.choice = self._choice(raised).id
            items = proposal_queries.latest_version(raised).clauses
            ids = [item.clause_version.clause_id for item in items]
            world.amended_clause = ids[1]

            def suggest(name, clause_id, words):
                given = proposals.Suggestion(Deed.REPLACE, clause_id, words, "It is clearer.")
                return proposals.suggest(self.me(name), raised, given)

            settled = suggest("joyce", ids[2], "Dogs are on a lead in every shared hall.")
            proposals.back_amendment(self.me("marek"), settled)
            proposals.decline_amendment(self.me("asha"), settled, why="It says the same.")
            world.settled_amendment = settled.id
            world.amendment = suggest("joyce", ids[1], "How many cats and dogs may live in one flat.").id
            world.fixed_amendment = suggest("marek", ids[0], "Assistance dogs are welcome everywhere.").id
            said_to_flag = proposals.flag(self.me("joyce"), raised, ids[1], why="Is a limit lawful?")
            world.flagged_clause, world.flag = ids[2], said_to_flag.id
            said = proposals.comment(
                self.me("marek"), raised, words="Who looks after them at Christmas?", side=Side.QUESTION
            )
            proposals.comment(self.me("denise"), raised, words="A rota of five.", side=Side.PLAIN, parent_id=said.id)
            joyces = proposals.comment(self.me("joyce"), raised, words="I kept hens for years.", side=Side.FOR)
            world.comment, world.joyces = said.id, joyces.id
            put = proposals.comment(self.me("sam"), raised, words="Who pays for the coop?", side=Side.QUESTION)
            proposals.put_question(self.me("asha"), raised, put, PutTo.LANDLORD)
            world.put = put.id
        with self.day(35):
            self.two()
        with database.transaction():
            world.write_link = proposals.make_link(self.me("asha"), self.asked)
        with self.day(30):
            supported = self.propose("A quiet hour after school")
            proposals.raise_it(self.me("asha"), supported)
            self.back(supported)
            world.supported = supported.address
        with self.day(20):
            withdrawn = self.propose("A fountain")
            proposals.raise_it(self.me("asha"), withdrawn)
            proposals.withdraw(self.me("asha"), withdrawn, "Too costly.")
            world.withdrawn = withdrawn.address
        self.world.shaping = self.shaped("Cats in every flat", days_ago=18).address

    def two(self):
        """Offers to join: one that waits, one that came true; and a link for co-designers."""
        world = self.world
        stays = self.propose("Pets of every kind", author="joyce")
        gone, asked = self.propose("Rabbits in the yard"), self.propose("Budgies in the bay window")
        for made, author in ((stays, "joyce"), (gone, "asha"), (asked, "asha")):
            proposals.raise_it(self.me(author), made)
        self.back(gone)
        proposals.support(self.me("bronwen"), gone)
        done = proposals.offer_merge(self.me("joyce"), gone, stays, why="They ask for the same.")
        proposals.accept_merge(self.me("asha"), done)
        world.gone, world.done_offer = gone.address, done.id
        world.asked, world.open_offer = (
            asked.address,
            proposals.offer_merge(self.me("joyce"), asked, stays, why="They ask for the same.").id,
        )
        proposals.invite(self.me("asha"), asked, self.town.bronwen)
        self.asked = asked

    def shaped(self, title, days_ago):
        """Backed, promised for, its options settled: ready for a vote."""
        with self.day(days_ago):
            made = self.propose(title)
            proposals.raise_it(self.me("asha"), made)
            self.back(made)
            proposals.comment(self.me("asha"), made, words="Please say which you would choose.", side=Side.QUESTION)
        with self.day(days_ago - 1):
            proposals.name_mandate(
                self.me("priya"), made, Mandate.CO_DESIGN, "We will work it up with you and say why if we differ."
            )
            for choice in self._choices(made):
                proposals.settle_option(self.me("ruth"), choice, Within.YES, "No law sets a number.")
        return made

    # -- ballots

    def vote_on(self, title, days_ago, *, lasts):
        made = self.shaped(title, days_ago + 10)
        closes_at = clock.at(self.today - timedelta(days=days_ago - lasts), 20)
        with self.day(days_ago):
            asked = [self._clause(made, 2).id]
            ballot = voting.open_ballot(
                self.me("denise"), made, closes_at=closes_at, clause_ids=asked, quorum_percent=30
            )
        with self.day(days_ago - 1):
            for name, whole in (("joyce", "yes"), ("marek", "yes"), ("sam", "no")):
                whole_question, which = ballot.questions
                paper = {str(whole_question.id): whole, str(which.id): which.options[0].key}
                voting.cast(self.me(name), ballot, paper)
        return made, ballot

    def voting(self):
        _, ballot = self.vote_on("Dogs in the hall", 5, lasts=14)
        self.world.ballot = ballot.address
        self.world.paper = {f"q{question.id}": question.options[0].key for question in ballot.questions}
        _, counted = self.counted("Fish without asking", 40)
        self.world.counted = counted.address

    def counted(self, title, days_ago):
        made, ballot = self.vote_on(title, days_ago, lasts=10)
        with self.day(days_ago - 11):
            voting.close(db.session.get_one(Ballot, ballot.id))
        with clock.moved_to(clock.at(self.today - timedelta(days=days_ago - 11), 12)):
            answers_due.owe_answers()
            answers_due.remind_owners()
        return made, ballot

    # -- answers and promises

    def answers(self):
        world = self.world
        world.owed = self._owed(world.counted).id
        made, _ = self.counted("Two cats in a flat", 60)
        owed = self._owed(made.address, made.id)
        with self.day(45):
            answer = answers.answer(
                self.me("priya"),
                db.session.get_one(AnswerOwed, owed.id),
                kind=AnswerKind.PART,
                words="Yes to cats. Not yet to dogs.",
                reason=ReasonKind.CONTRACT,
                reason_words="The contract for cleaning runs until March.",
            )
            world.answered = owed.id
            action = answers.promise(
                self.me("priya"),
                promises.decision_of(answer),
                words="Put a bin by the gate",
                owner_id=self.town.denise.id,
                due_on=self.today + timedelta(days=30),
            )
            world.action = action.id
        with self.day(44):
            departure = db.session.scalars(select(Departure).order_by(Departure.id)).first()
            world.departure = departure.id
            answers.rate(self.me("farida"), departure, Rating.CHALLENGED, "March is a long way off.")
        with self.day(43):
            later = self.today + timedelta(days=40)
            answers.move_action(
                self.me("denise"), action, ActionState.DOING, "The bin comes later than ordered.", later
            )
        with database.transaction():
            late = [self._owed(self.world.supported, cause=Cause.SUPPORT)]
            world.late = late[0].id if late[0] else world.owed

    # -- moderation

    def moderation(self):
        """A reported post; two hidden ones, one with an appeal; what was told in private and in the talk."""
        world, nadia, joyce = self.world, self.me("nadia"), self.me("joyce")
        world.a_comment, world.a_suggestion, world.a_proposal = "comment", "suggestion", "proposal"
        raised = proposal_queries.whole(int(world.raised.rpartition("-")[2]))
        with self.day(3):
            marek = decency_queries.thing(What.COMMENT, world.comment)
            decency.report(self.me("sam"), marek, rule=Rule.PERSONAL, words="Not kind.")
            hidden = []
            for words in ("Ask the man at the corner house, he has a dog.", "Only fools keep hens."):
                said = proposals.comment(joyce, raised, words=words, side=Side.PLAIN)
                thing = decency_queries.thing(What.COMMENT, said.id)
                hidden.append(decency.hide(nadia, thing, rule=Rule.PRIVATE, why="It tells who lives where."))
            decency.appeal(joyce, hidden[1], words="It names nobody.")
            world.hiding, world.appealed = hidden[0].id, hidden[1].id
            told = decency.tell_privately(joyce, raised, door=Door.HAZARD, words="The stair light has bare wires.")
            world.told = told.id
            posted = proposals.comment(
                self.me("marek"), raised, words="There are rats in the bin store.", side=Side.PLAIN
            )
            world.told_in_talk = decency_queries.told_with(posted).id

    # -- finding what was made

    def _clause(self, made, position=1):
        query = select(Clause).where(Clause.proposal_id == made.id).order_by(Clause.position)
        return db.session.scalars(query).all()[position - 1]

    def _choices(self, made):
        query = select(Choice).join(Clause, Clause.id == Choice.clause_id).where(Clause.proposal_id == made.id)
        return db.session.scalars(query.order_by(Choice.id)).all()

    def _choice(self, made):
        return self._choices(made)[0]

    def _owed(self, address, proposal_id=None, cause=Cause.BALLOT):
        query = select(AnswerOwed).where(AnswerOwed.cause == cause).order_by(AnswerOwed.id)
        if proposal_id is not None:
            query = query.where(AnswerOwed.proposal_id == proposal_id)
        return db.session.scalars(query).first()
