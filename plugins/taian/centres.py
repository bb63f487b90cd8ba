"""Which regions have a centre that a plan speaks of: the city's own, and those of counties, districts and zones."""

from typing import Final, Literal

from core.api import Place, Scene

Tier = Literal["", "city", "county"]
CITY_LEVELS: Final = frozenset({"city"})
COUNTY_LEVELS: Final = frozenset({"district", "county", "zone"})


def tier(place: Place, scene: Scene) -> Tier:
    """By the level of the region; where the register says none, by how far it stands below the top."""
    if place.level:
        return "city" if place.level in CITY_LEVELS else "county" if place.level in COUNTY_LEVELS else ""
    if not place.parent:
        return "city"
    above = scene.regions.get(place.parent)
    return "county" if above is not None and not above.parent else ""
