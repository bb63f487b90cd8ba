"""What happened is one line of JSON with named fields; no value that merely lay in memory gets into it."""

import logging

import structlog


def configure() -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            # A traceback's lines, never its local variables: those hold passwords, keys and people's names.
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    # arq tells arguments and results at INFO.
    logging.basicConfig(level=logging.WARNING, format='{"event": "%(message)s", "logger": "%(name)s"}')
