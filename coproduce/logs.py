"""Logs as JSON lines: what happened, when, in which request; never a name, an address or anything typed."""

import logging
import sys
from typing import Any

import structlog

KEPT_OUT = {"query", "form", "email", "name", "token", "cookie", "password"}


def configure(level: str = "INFO") -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _leave_people_out,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=_to_standard_error,
        cache_logger_on_first_use=False,
    )


def _to_standard_error(*_: Any) -> structlog.PrintLogger:
    return structlog.PrintLogger(sys.stderr)


def _leave_people_out(logger: Any, method: str, event: Any) -> Any:
    return {key: value for key, value in event.items() if key not in KEPT_OUT}
