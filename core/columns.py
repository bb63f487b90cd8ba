"""Piccolo maps what the migrations made: the connection encodes jsonb, and no default hides a forgotten value."""

from piccolo.columns import Column
from piccolo.columns import column_types as piccolo


class Jsonb(Column):
    """A jsonb column of Python objects. Piccolo's own would encode what the connection encodes already."""

    value_type: type = object

    def __init__(self, *, null: bool = False) -> None:
        self.default = None
        super().__init__(default=None, null=null)

    @property
    def column_type(self) -> str:
        return "JSONB"


def moment(*, null: bool = False) -> piccolo.Timestamptz:
    return piccolo.Timestamptz(default=None, null=null)


def day(*, null: bool = False) -> piccolo.Date:
    return piccolo.Date(default=None, null=null)


def uuid(*, null: bool = False, primary_key: bool = False) -> piccolo.UUID:
    return piccolo.UUID(default=None, null=null, primary_key=primary_key)


def code(*, null: bool = False, primary_key: bool = False, db_column_name: str | None = None) -> piccolo.Text:
    """``db_column_name`` where Piccolo keeps the column's own name for itself."""
    return piccolo.Text(default=None, null=null, primary_key=primary_key, db_column_name=db_column_name)


def number(*, null: bool = False, primary_key: bool = False) -> piccolo.Integer:
    return piccolo.Integer(default=None, null=null, primary_key=primary_key)


def octets(*, null: bool = False, primary_key: bool = False) -> piccolo.Bytea:
    return piccolo.Bytea(default=None, null=null, primary_key=primary_key)


def codes() -> piccolo.Array:
    return piccolo.Array(base_column=piccolo.Text(), default=list)


def numbers() -> piccolo.Array:
    return piccolo.Array(base_column=piccolo.Integer(), default=list)


def days() -> piccolo.Array:
    return piccolo.Array(base_column=piccolo.Date(), default=list)
