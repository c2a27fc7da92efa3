"""Which language whoever asks reads."""

from __future__ import annotations

from flask import request

from pizza_on_demand.languages import Language


def language() -> Language:
    """The best of those that the request accepts; English if we have none of them.

    https://www.rfc-editor.org/rfc/rfc9110#name-accept-language
    """
    accepted = request.accept_languages
    return Language.preferred(tag for tag, quality in accepted if quality > 0)
