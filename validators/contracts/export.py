"""Contracts as documents that other tools read: one JSON Schema 2020-12 with everything in `$defs`, or OpenAPI 3.1.

Requests are as the strict profile refuses them, answers as response.py takes them from a service. Codes, evidence and
media rules stay in them as `x-mockvod-…` members, which other tools pass over.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from mockvod.validators.contracts.catalog import VERSION, Contract
from mockvod.validators.contracts.compile import DIALECT
from mockvod.validators.json_values import is_array, is_object

#: An answer's nested types allow null where the request's do not, so both stand side by side.
_ANSWER_SUFFIX = ".Answer"

#: The code and the text of a refusal; every answer has the one form or the other (documented, API 3.0).
ERROR: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "Error": {
            "type": "object",
            "properties": {"Code": {"type": "string"}, "Message": {"type": "string"}},
            "required": ["Code", "Message"],
        },
        "RequestId": {"type": "string"},
    },
    "required": ["Error", "RequestId"],
}


def json_schema(contracts: Iterable[Contract]) -> dict[str, Any]:
    """One document: `#/$defs/<Structure>` is a request, an answer without its envelope, or a nested type."""
    return {
        "$schema": DIALECT,
        "title": f"Tencent Cloud VOD, version {VERSION}, as mockvod knows it",
        "$defs": _schemas(contracts, "#/$defs/"),
    }


def openapi(contracts: Iterable[Contract]) -> dict[str, Any]:
    """An OpenAPI 3.1 document with an operation an action.

    All actions share the path `/` and differ in the header X-TC-Action, which OpenAPI cannot say; the fragment makes
    the paths differ, as other descriptions of such services do.
    """
    chosen = list(contracts)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tencent Cloud VOD, as mockvod knows it", "version": VERSION},
        "jsonSchemaDialect": DIALECT,
        "servers": [{"url": "https://vod.intl.tencentcloudapi.com"}],
        "paths": {f"/#X-TC-Action={each.action}": {"post": _operation(each)} for each in chosen},
        "components": {
            "schemas": {"Error": dict(ERROR), **_schemas(chosen, "#/components/schemas/")},
            "parameters": {"Version": _header("X-TC-Version", {"const": VERSION}), **_HEADERS},
        },
    }


def _header(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "schema": dict(schema)}


_HEADERS: Mapping[str, dict[str, Any]] = {
    # UNIX seconds.
    "Timestamp": _header("X-TC-Timestamp", {"type": "integer"}),
}


def _operation(contract: Contract) -> dict[str, Any]:
    answer = {"oneOf": [{"$ref": _ref(contract.response.name)}, {"$ref": _ref("Error")}]}
    operation: dict[str, Any] = {"operationId": contract.action}
    if contract.summary:
        operation["summary"] = contract.summary
    return {
        **operation,
        "parameters": [
            _header("X-TC-Action", {"const": contract.action}),
            {"$ref": "#/components/parameters/Version"},
            {"$ref": "#/components/parameters/Timestamp"},
        ],
        "requestBody": {"required": True, "content": _json({"$ref": _ref(contract.request.name)})},
        "responses": {
            "200": {
                "description": "the result, or a refusal: the status is 200 for both",
                "content": _json({"type": "object", "properties": {"Response": answer}, "required": ["Response"]}),
            }
        },
        **{key: value for key, value in _extensions(contract).items() if value},
    }


def _extensions(contract: Contract) -> dict[str, Any]:
    return {
        "x-mockvod-rate": contract.rate,
        "x-mockvod-concurrency": contract.concurrency,
        "x-mockvod-error-codes": list(contract.error_codes),
        "x-mockvod-not-modelled": list(contract.not_modelled),
    }


def _ref(name: str) -> str:
    return f"#/components/schemas/{name}"


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": dict(schema)}}


def _schemas(contracts: Iterable[Contract], prefix: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in contracts:
        _add_schemas(found, each.request.name, each.request_schema, prefix, "")
        _add_schemas(found, each.response.name, each.response_schema, prefix, _ANSWER_SUFFIX)
    return dict(sorted(found.items()))


def _add_schemas(found: dict[str, Any], name: str, schema: Mapping[str, Any], prefix: str, suffix: str) -> None:
    """Adds a compiled schema and the types that it carries, its references turned to their new places."""
    for nested, body in schema.get("$defs", {}).items():
        found[nested + suffix] = _with_references_moved(body, prefix, suffix)
    found[name] = _with_references_moved(
        {key: body for key, body in schema.items() if key not in ("$schema", "$defs")}, prefix, suffix
    )


def _with_references_moved(value: Any, prefix: str, suffix: str) -> Any:
    if is_object(value):
        return {
            key: f"{prefix}{each.removeprefix('#/$defs/')}{suffix}"
            if key == "$ref" and isinstance(each, str)
            else _with_references_moved(each, prefix, suffix)
            for key, each in value.items()
        }
    return [_with_references_moved(each, prefix, suffix) for each in value] if is_array(value) else value
