"""Writes `data/` anew from the botocore that is installed: `make aws-data`.

https://docs.aws.amazon.com/botocore/latest/reference/loaders.html
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from botocore.loaders import Loader

from fast_aws import DATA, OPERATIONS

ENDPOINTS = frozenset({"dynamodb", "email", "execute-api", "secretsmanager", "sns"})
"""What the services are called where their hosts are listed."""

WHOLE = ("_retry", "partitions", "sdk-default-configuration")

Json = dict[str, Any]


def trimmed() -> Mapping[str, Json]:
    """What is in each file of `data/`, by its path there."""
    loader = Loader()
    files = {name: loader.load_data(name) for name in WHOLE}
    files["endpoints"] = _endpoints(loader.load_data("endpoints"))
    for service, operations in OPERATIONS.items():
        version = loader.determine_latest_version(service, "service-2")
        model = loader.load_service_model(service, "service-2", version)
        rules = loader.load_service_model(service, "endpoint-rule-set-1", version)
        files[f"{service}/{version}/service-2"] = _model(model, operations)
        files[f"{service}/{version}/endpoint-rule-set-1"] = rules
    return {f"{name}.json": data for name, data in files.items()}


def _endpoints(data: Json) -> Json:
    partitions = [
        part | {"services": {n: s for n, s in part["services"].items() if n in ENDPOINTS}}
        for part in data["partitions"]
    ]
    return data | {"partitions": partitions}


def _model(model: Json, names: Iterable[str]) -> Json:
    """A service with these operations, and the shapes that they are made of."""
    operations = {name: model["operations"][name] for name in names}
    found: set[str] = set()
    ahead = [*_shapes(operations)]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += _shapes(model["shapes"][name])
    shapes = {name: shape for name, shape in model["shapes"].items() if name in found}
    silent: Json = _without_documentation(model | {"operations": operations, "shapes": shapes})
    return silent


def _shapes(part: Any) -> Iterator[str]:
    """The names of the shapes that a part of a model refers to."""
    match part:
        case {"shape": str(name)}:
            yield name
        case dict():
            for value in part.values():
                yield from _shapes(value)
        case list():
            for value in part:
                yield from _shapes(value)


def _without_documentation(part: Any) -> Any:
    match part:
        case dict():
            return {
                name: _without_documentation(value)
                for name, value in part.items()
                if name != "documentation" or not isinstance(value, str)
            }
        case list():
            return [_without_documentation(value) for value in part]
    return part


def main() -> None:
    """Write `data/` anew."""
    shutil.rmtree(DATA, ignore_errors=True)
    for path, data in trimmed().items():
        file = DATA / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(data, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()
