"""Regions, lines, institutions, windows, staff and items stand under their official codes, each tenant's apart."""

from core.places.actions import among, ancestors, by_duty, count, get, listing, names, save
from core.places.load import Loaded, export, load
from core.places.model import KINDS, Institution, Item, KindName, Line, Place, Region, Staff, Window

__all__ = [
    "KINDS", "Institution", "Item", "KindName", "Line", "Loaded", "Place", "Region", "Staff", "Window", "among",
    "ancestors", "by_duty", "count", "export", "get", "listing", "load", "names", "save",
]  # fmt: skip
