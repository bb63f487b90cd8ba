"""A client's author learns every call, field, code and example from a document made of the handlers themselves."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from web.api.calls import JSON, NDJSON, Call
from web.api.shapes import Problem

PREFIX = "/api/v1"
REF = "#/components/schemas/{name}"
_DESCRIPTIONS = {200: "已有同样的内容，或查询结果", 201: "已收下", 503: "还不能工作"}


def document(handlers: Iterable[HTTPRouteHandler]) -> dict[str, Any]:
    """OpenAPI 3.1."""
    routes = [(handler, handler.opt["call"]) for handler in handlers if "call" in handler.opt]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "好差评机器接口",
            "version": "1",
            "description": "密钥属于一个地区，地区只由密钥决定。出错时回答 application/problem+json，"
            "code 是固定的代码，detail 是中文说明，field 是有问题的字段，correlation_id 供查询日志。"
            "时间都带 +08:00。示例中的编码和时间是举例，请换成本地的编码和当前的时间。",
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": _paths(routes),
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "bearerFormat": "hcp_…"}},
            "schemas": _schemas([call for _, call in routes]),
        },
    }


def publish(handlers: Iterable[HTTPRouteHandler]) -> HTTPRouteHandler:
    text = msgspec.json.encode(document(handlers))

    @get("/openapi.json", opt={"perm": "public"})
    async def openapi() -> Response[bytes]:
        return Response(text, media_type="application/json")

    return openapi


def _paths(routes: list[tuple[HTTPRouteHandler, Call]]) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for handler, call in routes:
        path = "" if call.is_public else PREFIX
        path += "".join(f"/{_segment(part)}" for part in min(handler.paths).strip("/").split("/"))
        method = next(iter(handler.http_methods)).lower()
        paths.setdefault(path, {})[method] = _operation(path, method, call)
    return paths


def _segment(part: str) -> str:
    return f"{part.partition(':')[0]}}}" if part.startswith("{") else part


def _operation(path: str, method: str, call: Call) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": f"{method}{path.removeprefix(PREFIX)}".translate(str.maketrans("/-", "__", "{}")),
        "summary": call.says,
        "description": " ".join(part for part in (call.explains, _scope(call)) if part),
        "parameters": list(_parameters(path, call)),
        "responses": _responses(call),
    }
    if call.is_public:
        operation["security"] = []
    if call.body is not None:
        content = {call.media: {"schema": _one_or_many(call, call.body), "example": call.example}}
        operation["requestBody"] = {"required": call.media == JSON, "content": content}
    return operation


def _scope(call: Call) -> str:
    if call.is_public:
        return "不需要密钥。"
    return f"需要权限 {call.scope}。" if call.scope else "任何有效的密钥都可以。"


def _parameters(path: str, call: Call) -> Iterable[dict[str, Any]]:
    for part in path.split("/"):
        if part.startswith("{"):
            yield {"name": part.strip("{}"), "in": "path", "required": True, "schema": {"type": "string"}}
    if call.has_key:
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "重发时用同一个键，只算一次",
            "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{1,200}$"},
        }
    if call.query is not None:
        yield from _query(call.query)


def _query(shape: type) -> Iterable[dict[str, Any]]:
    _, components = msgspec.json.schema_components([shape], ref_template=REF)
    schema = components[shape.__name__]
    for name, each in schema["properties"].items():
        yield {"name": name, "in": "query", "required": name in schema.get("required", []), "schema": each}


def _one_or_many(call: Call, shape: type) -> dict[str, Any]:
    one = {"$ref": REF.format(name=shape.__name__)}
    if not call.one_or_many:
        return one
    many: dict[str, Any] = {"type": "array", "items": one, "minItems": 1, "maxItems": 1000}
    return {"anyOf": [one, many]}


def _responses(call: Call) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status in call.statuses:
        content = {call.media: {"schema": _answer(call), "example": call.answer_example}}
        responses[str(int(status))] = {"description": _DESCRIPTIONS[status], "content": content}
    for status, codes in call.problems.items():
        schema = {"allOf": [{"$ref": REF.format(name="Problem")}, {"properties": {"code": {"enum": codes}}}]}
        responses[str(status)] = {
            "description": f"{HTTPStatus(status).phrase}：{'、'.join(codes)}",
            "content": {"application/problem+json": {"schema": schema}},
        }
    return responses


def _answer(call: Call) -> dict[str, Any]:
    if call.answer is None:
        return {}
    one = {"$ref": REF.format(name=call.answer.__name__)}
    entry = one
    if call.refused_entry is not None:
        entry = {"anyOf": [one, {"$ref": REF.format(name=call.refused_entry.__name__)}]}
    if call.media == NDJSON:
        return entry
    return {"anyOf": [one, {"type": "array", "items": entry}]} if call.one_or_many else one


def _schemas(calls: Iterable[Call]) -> dict[str, Any]:
    shapes: list[type] = [Problem]
    for call in calls:
        shapes += [shape for shape in (call.body, call.answer, call.refused_entry) if shape is not None]
    _, components = msgspec.json.schema_components(list(dict.fromkeys(shapes)), ref_template=REF)
    return components
