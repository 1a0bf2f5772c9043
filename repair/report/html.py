"""From a template to one file: styles and scripts inside it, and a policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

__all__ = ["filled", "json_in_html"]

_TEMPLATES = Path(__file__).parent / "templates"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("repair.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


def filled(name: str, /, **values: object) -> str:
    """The template `name`.html with `shared.css`, `name`.css and `name`.js in it.

    The page's policy (CSP) names their hashes: the browser runs no other script, whatever the text holds.
    """
    style = _read("shared.css") + _read(f"{name}.css")
    script = _read("shared.js") + _read(f"{name}.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    template = _environment().get_template(f"{name}.html")
    made = template.render(style=Markup(style), script=Markup(script), policy=policy, **values)
    return made.translate(_SURROGATES) if any("\ud800" <= char <= "\udfff" for char in made) else made


_SURROGATES = {code: f"&lt;{code:04X}&gt;" for code in range(0xD800, 0xE000)}


@cache
def _read(name: str) -> str:
    return (_TEMPLATES / name).read_text("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def json_in_html(value: object) -> Markup:
    r"""JSON that can stand in a script element: no sign in it ends the element.

    >>> json_in_html("</script>\u2028")
    Markup('"\\u003c/script>\\u2028"')
    """
    return Markup(json.dumps(value).replace("<", "\\u003c"))
