"""Reads SAM templates and translates them, under the Python that the SAM CLI runs in.

    python translate.py parse FILE          the template as JSON
    python translate.py translate           a JSON list of templates: as CloudFormation gets them

The translation is what deploys, and cfn-lint finds more in it than in the template.
https://github.com/aws/serverless-application-model
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from samcli.yamlhelper import yaml_parse  # type: ignore[import-not-found]
from samtranslator.translator.transform import transform  # type: ignore[import-not-found]


class _NoManagedPolicies:
    """The template names no policy of Amazon's, so there is nothing to look up."""

    def load(self) -> dict[str, str]:
        return {}


def translated(template: dict[str, Any]) -> Any:
    """The template as CloudFormation gets it; the code is taken to be uploaded."""
    template["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"
    return transform(template, {}, _NoManagedPolicies())


def main(arguments: list[str]) -> None:
    """Do what the module's docstring says."""
    if arguments[0] == "parse":
        answer = yaml_parse(Path(arguments[1]).read_text("utf-8"))
    else:
        answer = [translated(template) for template in json.load(sys.stdin)]
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
