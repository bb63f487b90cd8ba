"""What a house has really stored of one place, read past every policy."""

from collections import Counter

from tests.faults.house import House, Place
from tests.faults.judge import Counted, Stored, StoredRating

RATINGS = """
SELECT c.code AS case, r.receipt, min(m.grade) AS grade,
  (SELECT count(*) FROM ticket t WHERE t.tenant_id = r.tenant_id AND t.rating_id = r.id) AS tickets
FROM rating r
JOIN service_case c ON c.tenant_id = r.tenant_id AND c.id = r.case_id
LEFT JOIN mark m ON m.tenant_id = r.tenant_id AND m.rating_id = r.id AND m.rated_at = r.rated_at
WHERE r.tenant_id = {id} AND r.origin = 'citizen' GROUP BY r.tenant_id, r.id, r.rated_at, r.receipt, c.code
"""
EVENTS = """
SELECT c.code AS case, count(*) AS n FROM service_event e
JOIN service_case c ON c.tenant_id = e.tenant_id AND c.id = e.case_id WHERE e.tenant_id = {id} GROUP BY c.code
"""
MARKS = """
SELECT dimension, origin, effective AS grade, sum(weight) AS n FROM mark
WHERE tenant_id = {id} AND effective IS NOT NULL GROUP BY dimension, origin, effective
"""
# Each mark counts for one institution here, so an institution's tallies and waiting deltas are all of them.
TALLIES = """
SELECT dimension, origin, grade, sum(n) AS n FROM (
  SELECT dimension, origin, grade, n FROM tally WHERE tenant_id = {id} AND subject = 'institution'
  UNION ALL SELECT dimension, origin, grade, n FROM tally_delta WHERE tenant_id = {id}) AS every
GROUP BY dimension, origin, grade
"""


def stored(house: House, place: Place) -> Stored:
    return Stored(
        ratings=tuple(StoredRating(**row) for row in house.facts(RATINGS.format(id=place.id))),
        events={row["case"]: row["n"] for row in house.facts(EVENTS.format(id=place.id))},
        marks=_counted(house, MARKS, place),
        tallies=_counted(house, TALLIES, place),
    )


def _counted(house: House, query: str, place: Place) -> Counter[Counted]:
    rows = house.facts(query.format(id=place.id))
    return Counter({(row["dimension"], row["origin"], row["grade"]): row["n"] for row in rows if row["n"]})
