"""The rules of the house as functions over syntax trees: each yields what it finds wrong in one module.

`check(path, text)` runs them all; paths are relative to the project's root, with slashes.
"""

import ast
import re
from pathlib import Path, PurePosixPath

from tests import safety

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("registry.core", "counties", "orgs", "projects", "registry.reports", "registry")
"""From the cellar to the roof: a module may import its own floor and those below."""

MIDDLE = {"actions", "filters", "ledger", "figures", "tables", "reading", "writing"}
DOORS = {"admin", "api", "views", "management"}
HTTP = ("django.http", "django.shortcuts", "rest_framework", "django.views", "django.contrib.messages")
FORBIDDEN_NAMES = {"utils", "helpers", "common", "mixins", "services"}
FORBIDDEN_WORDS = {"GenericForeignKey": "no generic foreign keys", "is_psycopg3": "the driver is psycopg2"}
LONGEST_MODULE, LONGEST_FUNCTION = 400, 60
STATES = {"stage", "status"}
GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext"}

CHINESE_BY_TRADE = {
    "registry/core/dates.py": "days as people write them",
    "registry/core/pinyin.py": "readings of place names",
    "registry/core/text.py": "characters to fold and to mask",
    "registry/core/personal.py": "words by which a text speaks of children, and digits in Chinese",
    "registry/core/forms.py": "what forms echo beside an amount",
    "registry/core/papers.py": "names of typefaces",
    "registry/core/official_papers.py": "how headings of official papers are numbered",
    "registry/core/checks.py": "a word to try the trigram index with",
    "registry/core/quantity/": "numerals, units and the words for exactness",
    "registry/core/sheets/formats.py": "number formats as a Chinese Excel shows them",
    "registry/formats/": "date formats",
    "registry/core/erasure.py": "what stands where a name was erased",
    "registry/reports/checks/personal.py": "words by which a text speaks of those who are helped",
    "projects/dataset/": "the words of a data set's files",
    "projects/management/commands/load_dataset.py": "the same words, in its help",
    "projects/ledger/": "the words of real ledgers",
    "registry/core/workbooks.py": "the names of typefaces",
}
"""Where Chinese words are data, not interface; a folder ends in a slash."""

HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
PASSED = {"中文", "家", "个", "人次", "人", "户", "元", "笔"}
"""The language's own name on its switch, and units: they are stored in Chinese and read through a table."""


def sources(root=ROOT):
    """Paths of the modules that the house holds, migrations and tests aside."""
    for top in ("registry", "counties", "orgs", "projects"):
        for path in sorted((root / top).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(root).as_posix()
    yield from ("dev.py", "manage.py")


UNFOCUSED = re.compile(r'<div class="(?:error-summary|card-box conflict)[^>]* role="alert"(?![^>]*data-focus)[^>]*>')
"""What went wrong is where a page begins for who reads it aloud."""


def templates(root=ROOT):
    return [path.relative_to(root).as_posix() for path in sorted((root / "templates").rglob("*.html"))]


def check(path, text):
    """All findings in one module, each naming the place."""
    tree = ast.parse(text)
    return [f"{path}:{line}: {what}" for rule in RULES for line, what in rule(path, tree, text)]


def check_template(path, text):
    chinese = [f"{path}: visible Chinese outside the catalogue: {words}" for words in chinese_of_template(text)]
    unfocused = [f"{path}: an error summary that takes no focus" for _words in UNFOCUSED.findall(text)]
    return [*chinese, *unfocused, *(f"{path}: past the escaping: {words}" for words in safety.unsafe_template(text))]


def module_of(path):
    parts = PurePosixPath(path).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def floor_of(module):
    """The number of the floor that a module lives on, or None for what is not ours."""
    for number, floor in enumerate(FLOORS):
        if module == floor or module.startswith(f"{floor}."):
            return number
    return None


def room_of(module):
    """The part of an app that a module belongs to: `models`, `actions`, `admin` ...; empty on the roof."""
    floor = floor_of(module)
    if floor is None or FLOORS[floor] == "registry":
        return ""
    rest = module[len(FLOORS[floor]) + 1 :]
    return rest.split(".")[0]


def imports(path, tree):
    """(line, dotted name) of everything imported; `from a import b` gives a.b, which may be a module."""
    package = module_of(path).split(".")
    if not path.endswith("__init__.py"):
        package = package[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{source}.{name.name}") for name in node.names)


def arrows(path, tree, text):
    own = floor_of(module_of(path))
    for line, name in imports(path, tree):
        other = floor_of(name)
        if own is not None and other is not None and other > own:
            yield line, f"an arrow upwards: {FLOORS[own]} imports {name}"


def rooms(path, tree, text):
    own = room_of(module_of(path))
    for line, name in imports(path, tree):
        other = room_of(name)
        if own == "models" and other in MIDDLE | DOORS:
            yield line, f"models are at the bottom and import no {other}"
        elif own in MIDDLE and other in DOORS:
            yield line, f"{own} knows no doors: {name}"
        elif own in DOORS and other in DOORS and other != own:
            yield line, f"doors never import each other: {own} imports {name}"


def no_http(path, tree, text):
    if room_of(module_of(path)) in {"models"} | MIDDLE:
        for line, name in imports(path, tree):
            if any(name == http or name.startswith(f"{http}.") for http in HTTP):
                yield line, f"knows nothing of HTTP: {name}"


def imports_at_the_top(path, tree, text):
    for function in functions(tree):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield node.lineno, f"import inside {function.name}"


def short_modules(path, tree, text):
    lines = len(text.splitlines())
    if lines > LONGEST_MODULE:
        yield lines, f"a module of {lines} lines"


def short_functions(path, tree, text):
    for function in functions(tree):
        lines = function.end_lineno - function.lineno + 1
        if lines > LONGEST_FUNCTION:
            yield function.lineno, f"{function.name} has {lines} lines"


def telling_names(path, tree, text):
    for part in PurePosixPath(path).with_suffix("").parts:
        if part in FORBIDDEN_NAMES:
            yield 1, f"a module named {part}"


def forbidden_words(path, tree, text):
    for node in ast.walk(tree):
        names = {getattr(node, "id", ""), getattr(node, "attr", "")}
        if isinstance(node, ast.alias):
            names.add(node.name.rsplit(".")[-1])
        for name in names & FORBIDDEN_WORDS.keys():
            yield node.lineno, FORBIDDEN_WORDS[name]
    for line, name in imports(path, tree):
        if name.startswith("django.db.models.signals") and not name.endswith(("pre_migrate", "post_migrate")):
            yield line, "no signals for rules of our own"


def one_door_to_the_state(path, tree, text):
    if path == "registry/core/lifecycle.py":
        return
    constructors = [function for function in functions(tree) if function.name == "__init__"]
    made = {id(node) for function in constructors for node in ast.walk(function)}
    for node in ast.walk(tree):
        if id(node) in made:
            continue
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                for written in ast.walk(target):
                    if isinstance(written, ast.Attribute) and written.attr in STATES:
                        yield node.lineno, f"writes .{written.attr} outside move_to"
        elif isinstance(node, ast.Call):
            yield from ((node.lineno, f"writes {state} outside move_to") for state in _written_by_call(node))


def _written_by_call(call):
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    literals = {node.value for argument in call.args for node in ast.walk(argument) if isinstance(node, ast.Constant)}
    if name == "setattr" and len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
        return STATES & {call.args[1].value}
    if name == "update":
        return STATES & {keyword.arg for keyword in call.keywords}
    if name == "bulk_update":
        fields = {n.value for k in call.keywords for n in ast.walk(k.value) if isinstance(n, ast.Constant)}
        return STATES & (literals | fields)
    if name in {"update_or_create", "get_or_create"}:
        defaults = [keyword.value for keyword in call.keywords if keyword.arg == "defaults" and name[0] == "u"]
        return STATES & {key.value for d in defaults if isinstance(d, ast.Dict) for key in d.keys if key is not None}
    return set()


def actions_name_their_actor(path, tree, text):
    module = module_of(path)
    if room_of(module) != "actions" or floor_of(module) == 0:
        return
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            keywords = {argument.arg for argument in node.args.kwonlyargs}
            if node.args.args or node.args.posonlyargs or node.args.vararg:
                yield node.lineno, f"{node.name} takes positional arguments"
            if "by" not in keywords:
                yield node.lineno, f"{node.name} does not say by whom"


def chinese_in_the_catalogue(path, tree, source):
    if any(path == place or (place.endswith("/") and path.startswith(place)) for place in CHINESE_BY_TRADE):
        return
    passed = set(docstrings(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in GETTEXT:
            passed.update(id(part) for part in ast.walk(node))
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if HAN.search(text) and text not in PASSED and id(node) not in passed:
            yield node.lineno, f"visible Chinese outside the catalogue: {text[:30]}"


def chinese_of_template(text):
    text = re.sub(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}|<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"\{%\s*(?:translate|trans|blocktranslate|blocktrans)\b.*?%\}", "", text, flags=re.DOTALL)
    for found in re.finditer("[\u3400-\u4dbf\u4e00-\u9fff]+", text):
        if found[0] not in PASSED:
            yield found[0]


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def docstrings(tree):
    """The ids of all string statements: docstrings, also those under a constant."""
    return (
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


RULES = (
    arrows,
    rooms,
    no_http,
    imports_at_the_top,
    short_modules,
    short_functions,
    telling_names,
    forbidden_words,
    one_door_to_the_state,
    actions_name_their_actor,
    chinese_in_the_catalogue,
    *safety.RULES,
)
