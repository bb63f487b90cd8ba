"""A table that is taken away is named in Chinese and opens in a spreadsheet."""

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from litestar import Response

from core.sheets import written


def table(name: str, plain_name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Response[bytes]:
    """``plain_name`` is for browsers that know no other than ASCII."""
    disposition = f"attachment; filename=\"{plain_name}.csv\"; filename*=UTF-8''{quote(name + '.csv')}"
    return Response(written(head, rows), media_type="text/csv", headers={"Content-Disposition": disposition})
