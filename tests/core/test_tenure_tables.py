"""Every table of a place has been looked at: whether it is practice, and what it says of persons."""

from collections import defaultdict

import pytest

from core import db
from core.embedded.servers import Servers
from core.tenure import practice, privacy

COLUMNS = """
SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, NULL) AS type
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
  AND EXISTS (SELECT FROM pg_attribute AS t WHERE t.attrelid = c.oid AND t.attname = 'tenant_id' AND NOT t.attisdropped)
"""
DELETABLE = """
SELECT tablename AS table, qual FROM pg_policies WHERE schemaname = 'public' AND policyname = 'throwaway_only'
"""
# Words and whatever else a column of no fixed shape can hold.
WORDS = ("text", "text[]", "bytea", "jsonb")
ANYTHING = ("bytea", "jsonb")


@pytest.fixture
async def columns(pool: Servers) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    async with db.as_system() as unit:
        for row in await unit.fetch(COLUMNS):
            found[row["table"]][row["column"]] = row["type"]
    return found


def secret(name: str) -> bool:
    return name.endswith(privacy.SECRETS)


async def test_every_table_is_practice_or_kept(columns: dict[str, dict[str, str]]) -> None:
    assert set(columns) == practice.PRACTICE | practice.KEPT, "name the new table in core/tenure/practice.py"
    assert not practice.PRACTICE & practice.KEPT


async def test_the_database_lets_practice_go_and_nothing_that_is_kept(columns: dict[str, dict[str, str]]) -> None:
    async with db.as_system() as unit:
        rules = {row["table"]: "practising" in row["qual"] for row in await unit.fetch(DELETABLE)}

    guarded = {table for table in columns if table in rules}
    assert {table for table in guarded if rules[table]} == guarded & practice.PRACTICE


async def test_every_table_is_sorted_by_what_it_says_of_persons(columns: dict[str, dict[str, str]]) -> None:
    sorts = (privacy.NEVER, frozenset(privacy.PERSONAL), privacy.SETTLED, frozenset({privacy.PEOPLE}))

    assert set(columns) == frozenset().union(*sorts), "name the new table in core/tenure/privacy.py"
    assert sum(map(len, sorts)) == len(columns), "one table, one sort"


async def test_every_column_where_words_may_stand_is_named(columns: dict[str, dict[str, str]]) -> None:
    for table, personal in privacy.PERSONAL.items():
        wordy = {name for name, kind in columns[table].items() if kind in WORDS and not secret(name)}
        assert wordy <= personal | privacy.PLAIN[table], f"{table}: name the column in core/tenure/privacy.py"
        assert personal | privacy.PLAIN[table] <= set(columns[table]) and not personal & privacy.PLAIN[table], table


async def test_no_column_of_a_settled_table_holds_just_anything(columns: dict[str, dict[str, str]]) -> None:
    found = {
        f"{table}.{name}"
        for table in privacy.SETTLED
        for name, kind in columns[table].items()
        if kind in ANYTHING and not secret(name)
    }

    assert found == privacy.OPEN
