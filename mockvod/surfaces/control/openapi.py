"""The control API as an OpenAPI 3.1 document, made from the same table as its routes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, get_type_hints

from mockvod.surfaces.control.endpoint import Endpoint
from mockvod.surfaces.control.fields import MOST_BYTES, Member
from mockvod.surfaces.control.openapi_types import Schema, schema_of
from mockvod.version import __version__

_VARIABLE = re.compile("<([a-z_]+)>")
_VARIABLES = {
    "task_id": "A TaskId.",
    "secret_id": "The SecretId of an account.",
    "fault_id": "The id of a fault.",
    "snapshot_id": "The id of a snapshot.",
}
#: What every endpoint may answer.
_REFUSALS = {
    400: "a member or parameter is unknown, missing or wrong",
    401: "a control token is set, and the request does not carry it",
    403: "no control token is set, and the caller is on another machine",
    413: f"the body has more than {MOST_BYTES:,} bytes",
}
_ERROR: Schema = {
    "type": "object",
    "description": "Why a request was refused.",
    "properties": {"error": {"type": "string"}},
    "required": ["error"],
    "additionalProperties": False,
}


def document(endpoints: Iterable[Endpoint], prefix: str) -> dict[str, Any]:
    """The document of `endpoints`, whose paths begin with `prefix`."""
    schemas: dict[str, Schema] = {"Error": _ERROR}
    paths: dict[str, Any] = {}
    for endpoint in endpoints:
        path = prefix + _VARIABLE.sub(r"{\1}", endpoint.rule)
        paths.setdefault(path, {})[endpoint.method.lower()] = _operation(endpoint, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "mockvod's control API",
            "version": __version__,
            "description": "Shows what happened and sets what happens next. For callers on the same machine, or for those "
            "who send the token of `mockvod serve --control-token` as `Authorization: Bearer TOKEN`.",
        },
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(endpoint: Endpoint, schemas: dict[str, Schema]) -> dict[str, Any]:
    answer = schema_of(get_type_hints(endpoint.handle)["return"], schemas)
    refusals = _REFUSALS | dict(endpoint.refusals)
    operation: dict[str, Any] = {
        "operationId": endpoint.handle.__name__,
        "summary": (endpoint.handle.__doc__ or "").partition("\n")[0],
        "parameters": [
            *(
                _parameter(name, "path", _VARIABLES[name], {"type": "string"})
                for name in _VARIABLE.findall(endpoint.rule)
            ),
            *(_parameter(each.name, "query", each.about, dict(each.type.schema)) for each in endpoint.query),
        ],
        "responses": {
            "200": _response("done", answer),
            **{
                str(status): _response(why, {"$ref": "#/components/schemas/Error"})
                for status, why in sorted(refusals.items())
            },
        },
    }
    if endpoint.members:
        content: dict[str, Any] = {"schema": _body(endpoint)}
        if endpoint.examples:
            content["examples"] = {name: {"value": dict(value)} for name, value in endpoint.examples.items()}
        required = endpoint.one_member or any(each.required for each in endpoint.members)
        operation["requestBody"] = {"required": required, "content": {"application/json": content}}
    return operation


def _parameter(name: str, place: str, about: str, schema: Schema) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "description": about, "schema": schema}


def _response(why: str, schema: Schema) -> dict[str, Any]:
    return {"description": why, "content": {"application/json": {"schema": schema}}}


def _body(endpoint: Endpoint) -> Schema:
    schema: Schema = {
        "type": "object",
        "properties": {each.name: _described(each) for each in endpoint.members},
        "additionalProperties": False,
    }
    required = [each.name for each in endpoint.members if each.required]
    if required:
        schema["required"] = required
    return schema | ({"minProperties": 1, "maxProperties": 1} if endpoint.one_member else {})


def _described(member: Member) -> Schema:
    return {**member.type.schema, "description": member.about}
