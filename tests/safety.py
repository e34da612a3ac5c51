"""Rules of the house about safety, as functions over syntax trees like those of `tests/house.py`, which runs them.

Each list names where something dangerous may stand, and why. It is as long as the code needs and grows by a decision.
"""

import ast
import re

SQL_BUILT_IN = {
    "projects/dataset/": "staging tables of its own, named in the code",
    "projects/database/": "roles, policies and rights of the models' own tables",
    "projects/listing/": "the index of lists, made of the models' own tables and columns",
    "projects/summaries.py": "the names of its tables",
    "projects/publishing/": "views and snapshots made of the models' own tables and columns",
    "projects/ledger/lists.py": "a temporary table of its own",
    "registry/core/actions.py": "the table of a model",
    "registry/core/made_schemas.py": "the name of a schema, and its SQL as the code has it",
    "registry/core/operations.py": "tables of migrations",
    "registry/core/loading.py": "tables of models",
    "registry/core/lookups.py": "questions that Django has made, with their own parameters; a table and its column",
    "registry/core/restore.py": "the table of a model",
    "registry/core/undo.py": "the parts of statements of its own",
    "registry/reports/as_of.py": "tables of models",
    "registry/reports/kept_past.py": "statements that Django has made, with parameters of their own, and their columns",
    "registry/reports/figures/cube/": "querysets of the figures with their own parameters",
    "registry/reports/summaries.py": "the names of its tables",
    "registry/reports/figures/tallying.py": "statements that Django has made, with parameters of their own",
    "registry/core/embedded/server.py": "the name of its one database",
    "registry/core/public_session.py": "the name of the schema of what was published",
    "registry/core/backup/restoring.py": "scripts for psql, of the register's own tables, each value quoted",
    "registry/core/sealing/": "bytes of a record, put together of the trail's own columns; triggers of the models",
    "registry/core/session_roles.py": "names of three roles, the number of an account",
    "registry/core/written_rows.py": "columns and sources that stand in the code, and a query that Django has made",
    "registry/core/worker_sign.py": "the beginning of a name of its own",
    "registry/health.py": "the name of the schema of what was published",
    "registry/metrics.py": "bounds of its own",
    "registry/core/trail.py": "one place for a parameter for each setting",
}
"""Modules that put statements together: only of names that stand in the code, never of what somebody typed."""

RAW = {
    "projects/listing/definition.py": "names of columns",
    "projects/publishing/contents.py": "names of columns",
    "registry/core/lookups.py": "the name of a part of its own statement",
    "registry/core/restore.py": "a row of the trail as a record",
}
MARKED_SAFE = {
    "projects/board/rows.py": "cells of a thousand rows, each escaped before",
    "registry/core/templatetags/labelled.py": "cells as Django has escaped them; the name put into each is too",
    "registry/core/templatetags/values.py": "a figure of which each part is escaped; a page has hundreds",
    "registry/core/second_factor.py": "squares of a picture; what they say is not in it as text",
}
WITHOUT_FORM_TOKEN = {"registry/core/api.py": "the answer to addresses that are none; nothing is done there"}
GOES_OUT = {
    "registry/core/posting.py": "tells other systems what happened",
    "registry/core/backup/drill.py": "asks the site that it has started in the scratch place for a page",
    "dev.py": "asks the site that it has started whether it answers",
}
LOOKED_UP_BY_ALL = {
    "projects/stories.py": "whether a story was ever published; of a withdrawn one nothing but the day is told",
    "registry/core/admin/restoring.py": "a change of a record that was looked up within scope before; compared with it",
}

MONEY = ("registry/core/quantity/", "projects/models/funding.py", "projects/models/ceilings.py",
         "projects/ledger/money.py", "projects/actions/funding", "registry/reports/figures/")  # fmt: skip
DANGEROUS_CALLS = {"eval", "exec", "compile", "__import__"}
DANGEROUS_MODULES = ("pickle", "marshal", "shelve", "dill", "yaml", "telnetlib", "ftplib")
OUTSIDE = ("requests", "urllib.request", "http.client", "httpx", "socket.create_connection")
STATEMENT = re.compile(
    r"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|DROP|ALTER|ANALYZE|TRUNCATE|GRANT|REVOKE|COPY)\s"
)
SCOPED = {
    "Agreement", "Change", "Circular", "Commendation", "Difficulty", "Document", "Event", "Funding",
    "LedgerImport", "Measure", "MonthlyReport", "Need", "Objection", "Pledge", "PledgeItem",
    "Project", "ProjectStep", "Result", "Story",
}  # fmt: skip
"""Models whose rows are not everybody's. `Organisation` is known to all, inner fields aside."""

SCOPE_WORDS = {"visible_to", "within_scope_of"}
KEYS = {"pk", "id", "number", "key", "code"}
DOORS = ("django.shortcuts", "django.http", "rest_framework", "django.contrib.admin")


def listed(path, places):
    return any(path == place or (place.endswith("/") and path.startswith(place)) for place in places)


def name_of(node):
    """The last name of what is called: `f` of `f()` and of `a.b.f()`."""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def imported(tree):
    """(line, dotted name) of what is imported from outside."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)


def no_built_sql(path, tree, text):
    if listed(path, SQL_BUILT_IN):
        return
    for node in ast.walk(tree):
        built = node.values if isinstance(node, ast.JoinedStr) else ()
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
            built = (node.left,)
        elif isinstance(node, ast.Call) and name_of(node) == "format":
            built = (node.func.value,) if isinstance(node.func, ast.Attribute) else ()
        first = built[0] if built else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str) and STATEMENT.match(first.value):
            yield node.lineno, "a statement of SQL put together from parts"


def no_raw_queries(path, tree, text):
    if listed(path, RAW):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (
            name_of(node) == "RawSQL" or (isinstance(node.func, ast.Attribute) and node.func.attr in {"extra", "raw"})
        ):
            yield node.lineno, f"a query past the ORM: {name_of(node)}"


def nothing_marked_safe(path, tree, text):
    if not listed(path, MARKED_SAFE):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and name_of(node) in {"mark_safe", "SafeString", "SafeText"}:
                yield node.lineno, "text declared safe instead of escaped"


def nothing_run_or_unpacked(path, tree, text):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id in DANGEROUS_CALLS:
                yield node.lineno, f"runs text as a program: {node.func.id}"
            if any(word.arg == "shell" and getattr(word.value, "value", True) for word in node.keywords):
                yield node.lineno, "a program called through a shell"
            if name_of(node) == "system":
                yield node.lineno, "a program called through a shell"
    for line, name in imported(tree):
        if name.startswith(DANGEROUS_MODULES):
            yield line, f"unpacks what may be hostile: {name}"


def one_way_out(path, tree, text):
    if not listed(path, GOES_OUT):
        yield from ((line, f"asks other machines: {name}") for line, name in imported(tree) if name.startswith(OUTSIDE))
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            asks = node.func.attr in {"request", "get", "post", "put", "patch", "head", "send"}
            of = getattr(node.func.value, "id", "")
            if asks and of in {"requests", "session"} and "timeout" not in {word.arg for word in node.keywords}:
                yield node.lineno, "waits for another machine without an end"


def form_tokens(path, tree, text):
    if not listed(path, WITHOUT_FORM_TOKEN):
        for node in ast.walk(tree):
            if getattr(node, "id", getattr(node, "attr", "")) == "csrf_exempt":
                yield node.lineno, "a form without its token"


def no_float_in_money(path, tree, text):
    if any(path.startswith(place) for place in MONEY):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, float):
                yield node.lineno, f"a float in money code: {node.value}"
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float":
                yield node.lineno, "a float in money code"


def looked_up_within_scope(path, tree, text):
    """As far as syntax can tell: what the address says is looked up only among the rows that the person may see."""
    if listed(path, LOOKED_UP_BY_ALL) or not any(name.startswith(DOORS) for _line, name in imported(tree)):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node) in {"get", "filter", "get_object_or_404"}:
            values = [word.value for word in node.keywords if word.arg in KEYS]
            by_key = any(isinstance(value, ast.Name | ast.Subscript | ast.Call) for value in values)
            found = [node.args[0]] if name_of(node) == "get_object_or_404" and node.args else [node.func]
            parts = [part for one in found for part in ast.walk(one)]
            models = {part.id for part in parts if isinstance(part, ast.Name)} & SCOPED
            words = {part.attr for part in parts if isinstance(part, ast.Attribute)}
            if by_key and models and not words & SCOPE_WORDS:
                yield node.lineno, f"{models.pop()} looked up by a key without a word of scope"


def unsafe_template(text):
    """What a template says past the escaping."""
    return re.findall(r"\|\s*safe(?:seq)?\b|\{%\s*autoescape\s+off|<[^>]*\son[a-z]+\s*=", text)


RULES = (
    no_built_sql,
    no_raw_queries,
    nothing_marked_safe,
    nothing_run_or_unpacked,
    one_way_out,
    form_tokens,
    no_float_in_money,
    looked_up_within_scope,
)
