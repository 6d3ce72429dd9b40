"""The only module that knows every feature: reads as a table of contents."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, g, request, session
from flask_login import current_user
from werkzeug.middleware.proxy_fix import ProxyFix

import coproduce.accounts.jobs
import coproduce.moderation.jobs
import coproduce.roll.jobs
import coproduce.taskforce.jobs
import coproduce.voting.jobs  # noqa: F401 - each names its timed deeds to the worker
from coproduce import access, audit, clock, config, db, jobs, logs, outbox, security, static, texts, web, words
from coproduce.accounts import queries as people
from coproduce.accounts import views as accounts
from coproduce.accounts.actions import closing
from coproduce.config import Settings, brand, logo_file
from coproduce.deliberation import actions as talk
from coproduce.demo import views as demo
from coproduce.duties import views as duties
from coproduce.home import views as home
from coproduce.markup import marked
from coproduce.moderation import actions as decency
from coproduce.moderation import views as moderation
from coproduce.proposals import actions as writing
from coproduce.proposals import views as proposals
from coproduce.roll import views as roll
from coproduce.roll.actions import merging
from coproduce.roll.actions.tidying import forget_person as forget_on_the_roll
from coproduce.taskforce import views as taskforce
from coproduce.voting import actions as ballots
from coproduce.voting import views as voting
from coproduce.web import problems

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def create_app(settings: Settings | None = None) -> Flask:
    settings = settings or Settings.from_env()
    config.use(settings)
    app = Flask("coproduce", template_folder="../templates", static_folder=None)
    app.config.update(settings.flask(), SQLALCHEMY_ENGINE_OPTIONS=db.engine_options(settings.database_url))
    app.extensions["settings"] = settings
    set_up_the_trunk(app, settings)
    set_up_requests(app, settings)
    set_up_templates(app, settings)
    add_features(app, settings)
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    static.serve(app)
    return app


def set_up_the_trunk(app: Flask, settings: Settings) -> None:
    logs.configure(settings.log_level)
    audit.Keys.use(audit_key=settings.audit_key, seal_key=settings.seal_key)
    outbox.Post.use(
        mail_url=settings.mail_url,
        mail_from=settings.mail_from,
        sender=f"{settings.name}, {settings.landlord}",
        write=lambda template, facts: app.jinja_env.get_template(template).render(facts),
        find=people.envelopes,
        text_url=settings.text_url,
    )
    for code in settings.offered:
        words.install_known(code)
    db.db.init_app(app)
    with app.app_context():
        db.prepare(db.db.engine)
    web.htmx.init_app(app)
    app.extensions["huey"] = jobs.connect(app, settings.queue_url)


def set_up_requests(app: Flask, settings: Settings) -> None:
    """The life of a request, in this order. See docs/architecture.md for why the order matters."""
    app.url_map.converters["id"] = web.IdConverter
    app.url_map.converters["thing"] = web.ThingConverter
    app.before_request(security.name_request)
    app.before_request(guess_language)
    app.before_request(read_or_write)
    app.before_request(read_the_body)
    security.guard(app)
    app.before_request(web.prepare)
    app.before_request(choose_language)
    app.before_request(access.guard)
    app.after_request(security.pack)
    app.after_request(lambda response: security.add_headers(response, settings))  # the last word: Flask goes backwards
    app.after_request(keep_or_undo)
    problems.handle(app)


def read_or_write() -> None:
    db.read_only.set(request.method in SAFE_METHODS)


def read_the_body() -> None:
    """Before the first query of a write takes the lock: a slow sender must not hold everybody up."""
    if request.method not in SAFE_METHODS:
        view = current_app.view_functions.get(request.endpoint or "")
        if request.mimetype == "multipart/form-data":  # only a form with a file may be larger
            request.max_content_length = getattr(view, "takes", current_app.config["MAX_CONTENT_LENGTH"])
        request.form  # noqa: B018


def guess_language() -> None:
    """What was chosen in this browser, else what it asks for, else English: error pages speak it too."""
    offered = [language.code for language in words.languages()]
    words.speak(session.get("language") or request.accept_languages.best_match(offered, words.ENGLISH))


def choose_language() -> None:
    """Once we know who it is: their own choice."""
    mine = current_user.standing.language
    if mine:
        words.speak(mine)


def keep_or_undo(response: Response) -> Response:
    """The one commit. It comes late, so it answers for a locked or full database itself."""
    keep = request.method not in SAFE_METHODS and response.status_code < 400
    try:
        db.finish(keep=keep)
    except Exception as error:
        if not db.is_busy(error):
            raise
        return problems.answer(503)
    return response


def set_up_templates(app: Flask, settings: Settings) -> None:
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.add_extension("jinja2.ext.i18n")
    env.add_extension("jinja2.ext.do")
    env.install_gettext_callables(words.gettext_plain, words.ngettext_plain, newstyle=True)  # type: ignore[attr-defined]
    env.filters.update(day=words.day, short_day=words.short_day, moment=words.moment, clock_time=words.clock_time)
    env.filters.update(money=words.money, number=words.number, initials=texts.initials, marked=marked)
    env.globals.update(asset=static.asset, languages=words.languages, _=env.globals["gettext"])
    env.globals["ui"] = env.get_template("components/all.html").module
    site = static.Site.of(settings, sheet=bool(brand(settings)), logo=logo_file(settings))

    @app.context_processor
    def shell() -> dict[str, Any]:
        """What the page around every page needs."""
        language = words.language()
        facts: dict[str, Any] = {
            "site": site,
            "lang": language.code,
            "direction": language.direction,
            "now": clock.now(),
            "request_path": request.path,
        }
        if not g.get("without_database"):
            me = access.viewer()
            facts |= {"me": me if me.known else None, "my": me, "here": me.neighbourhood or site.landlord}
        return facts


def add_features(app: Flask, settings: Settings) -> None:
    """From the ground up: each may use those before it."""
    app.register_blueprint(accounts.bp)
    app.register_blueprint(accounts.joining_bp)
    app.register_blueprint(roll.bp)
    app.register_blueprint(duties.bp)
    app.register_blueprint(proposals.bp)
    app.register_blueprint(voting.bp)
    app.register_blueprint(taskforce.bp)
    app.register_blueprint(moderation.bp)
    app.register_blueprint(home.bp)
    accounts.remember_people(app)
    duties.leaning[:] = [proposals.leaning_on]
    proposals.panels[:] = [voting.panel_of, taskforce.panel_of]
    talk.noticed[:] = [decency.notice]
    talk.waiting[:] = [decency.first_post_waits]
    merging.followers[:] = [talk.merging, writing.merging, ballots.merging, decency.merging]
    closing.withdraw_words[:] = [talk.withdraw_all, decency.forget_words]
    closing.forget_person[:] = [forget_on_the_roll]
    if settings.demo:
        app.register_blueprint(demo.bp)


__all__ = ["create_app"]
