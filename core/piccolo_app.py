"""Every table of every room is known to Piccolo here; the schema itself is made by the numbered migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

ROOMS = (
    "tenants",
    "proposals",
    "outbox",
    "notify",
    "people",
    "openid",
    "audit",
    "examples",
    "evidence",
    "incidents",
    "search",
    "places",
    "intake",
    "questionnaires",
    "tickets",
    "assignments",
    "checks",
    "scoring",
    "alerts",
    "desk",
    "whatif",
    "rosters",
    "calendars",
    "onboarding",
    "tenure",
    "publication",
    "rounds",
    "baseline",
    "records",
    "exchange",
)

APP_CONFIG = AppConfig(
    app_name="core",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=table_finder([f"core.{room}.tables" for room in ROOMS]),
)
