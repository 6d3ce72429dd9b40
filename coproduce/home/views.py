"""Home, and the pages and files about the site itself."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, abort, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from coproduce import audit, clock, config, security, static, words
from coproduce.access import public, signed_in, viewer
from coproduce.accounts import actions as people
from coproduce.accounts.policy import refuse_give_role, refuse_help_to_join
from coproduce.accounts.rules import Standing
from coproduce.home import queries, rules
from coproduce.home.forms import LanguageForm, SampleForm
from coproduce.moderation.policy import refuse_queue
from coproduce.moderation.rules import WHAT_NAMES
from coproduce.proposals.policy import refuse_set_support_needed
from coproduce.proposals.rules import AMENDMENT_STATES, STAGE_NAMES
from coproduce.roll.policy import refuse_keep_roll
from coproduce.web import go, page, safe_path, tell
from coproduce.words import Message, say

bp = Blueprint("home", __name__)

SECURITY_TXT_LASTS = timedelta(days=180)
HEADS_SHOWN = 10
SANDBOX = f"{security.POLICY}; sandbox"


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    me = viewer()
    if not me.known:
        return page("home/welcome.html", open_here=queries.open_in(None), promised=queries.promised(None))
    now = clock.now()
    places = queries.places_of(me)
    votes, others = queries.votes_for(me, now), queries.needs(me)
    return page(
        "home/index.html",
        first_name=rules.first_name(me.public_name),
        size=rules.size_of_the_task(len(votes), others),
        votes=[(ballot, rules.days_left(ballot.closes_at, now)) for ballot in votes],
        minutes_for=rules.minutes_for,
        needs=others,
        open_here=queries.open_in(places),
        promised=queries.promised(places),
        work=_work_of(me),
    )


def _work_of(me: Standing) -> list[tuple[Message, str]]:
    """The pages that a role opens and that no menu names."""
    offered = (
        (refuse_keep_roll(me), say("The roll of residents"), "roll.index"),
        (refuse_help_to_join(me), say("Help somebody join"), "joining.help_someone"),
        (refuse_give_role(me), say("Who holds a role"), "accounts.roles"),
        (refuse_queue(me), say("What waits for a moderator"), "moderation.index"),
        (refuse_set_support_needed(me), say("How many must back a proposal"), "proposals.support_needed"),
    )
    return [(words, url_for(endpoint)) for refusal, words, endpoint in offered if refusal is None]


@bp.get("/mine")
@signed_in
def mine() -> ResponseReturnValue:
    return page(
        "home/mine.html",
        mine=queries.mine(viewer().person_id or 0),
        stage_names=STAGE_NAMES,
        state_names=AMENDMENT_STATES,
        what_names=WHAT_NAMES,
    )


# -- about the site ---------------------------------------------------------------------------------------------------


@bp.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    return page("home/privacy.html", open_talk=config.chosen().open_talk)


@bp.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    return page("home/accessibility.html")


@bp.get("/record")
@public
def record() -> ResponseReturnValue:
    key = audit.Keys.public() if audit.Keys.seal else ""
    return page("home/record.html", key=key, seals=audit.seals(HEADS_SHOWN))


@bp.route("/language", methods=["GET", "POST"])
@public
def language() -> ResponseReturnValue:
    """Kept with the person, or in the browser of a stranger. There is no such page where there is nothing to choose."""
    if len(words.languages()) < 2:
        abort(404)
    form = LanguageForm(language=words.language().code)
    form.offer_languages()
    back = safe_path(request.args.get("next")) or url_for(".index")
    if form.validate_on_submit():
        chosen = form.language.data
        session["language"] = chosen
        if viewer().known:
            people.choose_language(viewer(), chosen)
        words.speak(chosen)
        tell(say("We speak {language} with you from now on.", language=words.language().name))
        return go(back)
    return page("home/language.html", status=422 if form.errors else 200, form=form, back=back)


@bp.get("/styleguide")
@public
def styleguide() -> ResponseReturnValue:
    """For those who build: every component in every state. It is not there where real people are."""
    if not (config.chosen().demo or current_app.debug):
        abort(404)
    blank = SampleForm(formdata=None, prefix="blank", meta={"csrf": False})
    typed = MultiDict([("wrong-email", "not an address"), ("wrong-words", "x" * 301), ("wrong-side", "")])
    typed.setlist("wrong-on", ["31", "2", "2027"])
    wrong = SampleForm(formdata=typed, prefix="wrong", meta={"csrf": False})
    wrong.validate()
    wrong.refuse(say("The vote closed at 8pm, so this was not counted."))
    return page("styleguide.html", blank=blank, wrong=wrong)


# -- for machines -----------------------------------------------------------------------------------------------------


@bp.get("/healthz")
@security.limiter.exempt
@public
def healthz() -> ResponseReturnValue:
    """Whether this process answers at all. It asks nothing of the database."""
    return plain("ok")


@bp.get("/readyz")
@security.limiter.exempt
@public
def readyz() -> ResponseReturnValue:
    """Whether this process can serve people now, in plain words."""
    ready, lines = queries.readiness()
    return plain("\n".join(lines), 200 if ready else 503)


@bp.get("/.well-known/security.txt")
@public
def security_txt() -> ResponseReturnValue:
    settings = config.chosen()
    if not settings.security_contact:
        abort(404)
    return plain(
        rules.security_txt(
            contact=settings.security_contact,
            until=clock.today() + SECURITY_TXT_LASTS,
            address=settings.base_url.rstrip("/"),
            languages=["en", *settings.offered],
        )
    )


@bp.get("/robots.txt")
@public
def robots() -> ResponseReturnValue:
    return plain(rules.ROBOTS)


@bp.get("/brand.css")
@public
def brand_sheet() -> ResponseReturnValue:
    """The landlord's colour. Empty when it has none, so that the address always answers."""
    response = Response(rules.brand_sheet(config.brand(config.chosen())), mimetype="text/css")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@bp.get("/logo")
@public
def logo() -> ResponseReturnValue:
    """The landlord's logo. An SVG can hold a script, so it is shut in."""
    path = config.logo_file(config.chosen())
    if path is None:
        abort(404)
    kind = "image/svg+xml" if path.suffix.lower() == ".svg" else "image/png"
    response = Response(path.read_bytes(), mimetype=kind)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@bp.get("/favicon.ico")
@public
def favicon() -> ResponseReturnValue:
    return redirect(static.asset("mark.svg"), 302)


def plain(text: str, status: int = 200) -> Response:
    return Response(text.rstrip("\n") + "\n", status, mimetype="text/plain")
