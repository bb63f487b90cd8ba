"""Piccolo's commands work on the same engine as the program, and open no connection of their own."""

from piccolo.conf.apps import AppRegistry

from core.db import ENGINE

DB = ENGINE
APP_REGISTRY = AppRegistry(apps=["core.piccolo_app"])
