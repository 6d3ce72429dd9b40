"""Our site for gunicorn, which is an extra: nothing else may import this."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from coproduce.app import create_app


class Site(BaseApplication):  # type: ignore[misc]
    """Each worker makes its own app, with its own connections; only the modules are shared."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in {**self.options, "logger_class": Lines}.items():
            if value is not None:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app()


class Lines(Logger):  # type: ignore[misc]
    """gunicorn's own lines, as JSON like all others."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(
                structlog.stdlib.ProcessorFormatter(
                    processors=[
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.JSONRenderer(sort_keys=True),
                    ],
                    foreign_pre_chain=[
                        structlog.stdlib.add_log_level,
                        structlog.processors.TimeStamper(fmt="iso", utc=True),
                        structlog.processors.format_exc_info,
                    ],
                )
            )
