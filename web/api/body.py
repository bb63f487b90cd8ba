"""A body is JSON by name, whole and uncompressed before anything reads it."""

import re
from typing import Any, TypeVar

from litestar import Request
from litestar.datastructures import MultiDict

from core.errors import Invalid, Malformed
from core.intake.told import converted

T = TypeVar("T")

JSON_TYPES = re.compile(r"(application|text)/([\w.+-]+\+)?json")


async def sent(request: Request[Any, Any, Any]) -> bytes:
    """The body of a call that takes JSON; without a content type it is taken for JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and not JSON_TYPES.fullmatch(kind):
        raise Malformed("请用 Content-Type: application/json 提交。", field="Content-Type")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Malformed("不接受压缩的内容，请直接提交。", field="Content-Encoding")
    return await request.body()


def asked(query: MultiDict[str], shape: type[T]) -> T:
    """The parameters of a query string in their shape; each may be asked once."""
    twice = next((name for name in query if len(query.getall(name)) > 1), None)
    if twice is not None:
        raise Invalid("同一个参数出现了两次，请只保留一个。", field=twice)
    return converted({name: query[name] for name in query}, shape)
