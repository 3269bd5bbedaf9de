"""The defaults of models, from the table of models in contracts/models.json."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from mockvod.validators.contracts.documents import read


def usual(family: str, params: Mapping[str, Any], limit: str, otherwise: Any) -> Any:
    """The default of the request's model for `limit`.

    Args:
        limit: A key of the table of models, such as "resolution".
        otherwise: The default if the table names none. If the model has a list of values without it, the first value of
            the list is taken instead (assumed).
    """
    for entry in _body(family, params.get("ModelName")).get(limit, ()):
        if params.get("ModelVersion") not in entry.get("versions", (params.get("ModelVersion"),)):
            continue
        if "default" in entry:
            return entry["default"]
        listed = entry.get("enum", ())
        if listed and str(otherwise).upper() not in (str(value).upper() for value in listed):
            return listed[0]
    return otherwise


def _body(family: str, name: Any) -> Mapping[str, Any]:
    return _bodies(family).get(name, {}) if isinstance(name, str) else {}


@cache
def _bodies(family: str) -> Mapping[str, Mapping[str, Any]]:
    """Every spelling of a model's name -> what the table says of the model."""
    models = read("models.json")[family]
    return {name: body for model, body in models.items() for name in body.get("names") or (model,)}
