"""A little Markdown for what people say: emphasis, lists, quotes and links. No pictures, no headings, no HTML.

Rendered by markdown-it-py with everything else switched off, then cleaned by nh3 all the same: what a bug in one lets
through, the other stops. Links carry `nofollow` and `ugc`, so that nobody gains by planting one.
"""

from __future__ import annotations

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_NEEDS_RENDERING = re.compile(r"[*_`\[\]<>]|https?://|^\s*(?:[-+]|\d+[.)])\s", re.MULTILINE)
_TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "a", "code"}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_ADDRESS = re.compile(r"(?<![(<\w])https?://[^\s<>()\[\]*`\"']*[^\s<>()\[\]*`\"'.,;:!?_]")

_markdown = MarkdownIt("zero", {"breaks": True}).enable(
    ["newline", "escape", "emphasis", "link", "autolink", "list", "blockquote", "backticks"]
)


@lru_cache(maxsize=4096)
def marked(text: str) -> Markup:
    """What somebody typed, as safe HTML. Most of it is plain words, which take the short way."""
    if not _NEEDS_RENDERING.search(text):
        return Markup('<p class="words" dir="auto" data-own>{}</p>').format(text)
    html = nh3.clean(
        _markdown.render(_ADDRESS.sub(r"<\g<0>>", text)),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https"},
        link_rel="nofollow ugc noopener noreferrer",
    )
    return Markup('<div class="words rich" dir="auto" data-own>{}</div>').format(Markup(html))  # noqa: S704 - cleaned
