"""Nothing of ours needs a browser newer than Chromium 90, the floor that the desks of the bureau set.

`NEWER` says since which Chromium each feature is there. What merely does nothing where it is unknown (the medium
`scripting`, `accent-color`, `scrollbar-gutter`) may be used and is not on the list.
"""

import re

import pytest

from tests.house import ROOT

FLOOR = 90
CSS = {
    r":has\(": 105, r":modal\b": 105, r":popover-open": 114, r":user-(in)?valid": 119, r":nth-child\([^)]* of ": 111,
    r"@container\b": 105, r"@layer\b": 99, r"@scope\b": 118, r"@starting-style": 117, r"@view-transition": 126,
    r"\bcontainer(-type|-name)?\s*:": 105, r"\d(d|s|l)v(h|w|min|max)\b": 108, r"\dcq(w|h|i|b|min|max)\b": 105,
    r"\d(cap|rcap|rlh|lh)\b": 109, r"\bcolor-mix\(": 111, r"\b(ok)?(lab|lch)\(": 111, r"\blight-dark\(": 123,
    r"\bhwb\(": 101, r"\bsubgrid\b": 117, r"(?<![\w-])(translate|rotate|scale)\s*:": 104, r"\banchor-name\s*:": 125,
    r"\bfield-sizing\s*:": 123, r"(?<!-)\bmask(-image)?\s*:": 120, r"\(\s*(width|height)\s*[<>]": 104,
    r"\b(sin|cos|tan|pow|sqrt|hypot|exp)\(": 111, r"\bround\(": 125, r"\babs\(": 138,
    r"(?m)^\s*&|[{;]\s*&": 112,
}  # fmt: skip
JS = {
    r"\.at\(": 92, r"\bstructuredClone\(": 98, r"\.to(Sorted|Reversed|Spliced)\(": 110, r"\.findLast(Index)?\(": 97,
    r"\bObject\.(hasOwn|groupBy)\(": 93, r"\bPromise\.(withResolvers|try)\b": 119, r"\bArray\.fromAsync\(": 121,
    r"\bstatic\s*\{": 94, r"#\w+ in ": 91, r"\.(show|hide|toggle)Popover\(": 114,
    r"\bAbortSignal\.(timeout|any)\(": 103,
    r"\bcrypto\.randomUUID\(": 92, r"\.checkVisibility\(": 105, r"\bURL\.(canParse|parse)\(": 120,
    r"\.showPicker\(": 99, r"\.(isWellFormed|toWellFormed)\(": 111, r"/[a-z]*v[a-z]*\.test\(": 112,
    r"\bscheduler\.(yield|postTask)\(": 94, r"\bstartViewTransition\(": 111, r"\.setHTML(Unsafe)?\(": 124,
    r"\bIterator\.": 122, r"\.(union|intersection|difference|isSubsetOf)\(": 122, r"\bnavigation\.": 102,
}  # fmt: skip
HTML = {
    r"\spopover(=|\s|>)": 114, r"<search\b": 118, r"\sinert(=|\s|>)": 102, r"<details[^>]*\sname=": 120,
    r"\sshadowrootmode=": 111, r"\scommandfor=": 135, r"<selectedcontent": 135, r"\sclosedby=": 134,
}  # fmt: skip
KINDS = {"css": CSS, "js": JS, "html": HTML}
COMMENT = re.compile(r"/\*.*?\*/|\{#.*?#\}|(?<!:)//.*?$", re.DOTALL | re.MULTILINE)
FILES = [
    file
    for kind, folder in (("css", "static/registry"), ("js", "static/registry"), ("html", "templates"))
    for file in sorted((ROOT / folder).rglob(f"*.{kind}"))
]


def too_new(text, kind):
    """What of a text needs a browser newer than the floor, as it stands there."""
    bare = COMMENT.sub("", text)
    return [f"{found[0].strip()} ({since})" for sign, since in KINDS[kind].items() if since > FLOOR
            for found in re.finditer(sign, bare)]  # fmt: skip


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_needs_a_newer_browser(file):
    assert too_new(file.read_text("utf-8"), file.suffix[1:]) == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("css", "a:has(b) {}"), ("css", "@container (min-width: 1px) {}"), ("css", "p { height: 100dvh; }"),
        ("css", ".a {\n  & .b { color: red; }\n}"), ("css", "@media (width < 40rem) {}"),
        ("css", "p { rotate: 3deg; }"),
        ("css", "p { color: color-mix(in srgb, red, blue); }"), ("css", "p { mask: none; }"),
        ("js", "rows.at(-1)"), ("js", "structuredClone(it)"), ("js", "rows.toSorted()"), ("js", "Object.hasOwn(a, b)"),
        ("js", "box.showPopover()"), ("html", "<div popover>"), ("html", '<details name="one">'),
    ],
)  # fmt: skip
def test_what_is_newer_is_found(kind, text):
    assert len(too_new(text, kind)) == 1


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("css", "p { inset: 0; transform: rotate(3deg); -webkit-mask: none; aspect-ratio: 1; gap: 1px; }"),
        ("css", "a:is(b):not(c):focus-visible { margin-inline: clamp(1px, 2vh, 3px); } /* :has( */"),
        ("js", "rows?.map((it) => it ?? 0).flat(); form.requestSubmit(); text.replaceAll(a, b); // rows.at(0)"),
        ("html", '<dialog class="a"></dialog><details open></details><img loading="lazy" alt="">'),
    ],
)  # fmt: skip
def test_what_is_old_enough_passes(kind, text):
    assert too_new(text, kind) == []
