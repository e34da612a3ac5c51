"""Which tests guard which modules: the table that `python -m tests.mutation` goes by.

Of a module of models only the named functions are broken: its fields and constraints stand in the migrations, and
`makemigrations --check` compares the two.
"""

from dataclasses import dataclass

SCOPE = ("visible_to", "within_scope_of")


@dataclass(frozen=True)
class Guard:
    """Modules that belong together, the tests that guard them, and the functions to break (empty: the whole module)."""

    subject: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    functions: tuple[str, ...] = ()


def _tests(folder, *names):
    return tuple(f"tests/{folder}/test_{name}.py" for name in names)


GUARDS = (
    Guard(
        "money",
        tuple(f"registry/core/quantity/{name}.py" for name in
              ("format", "numerals", "parse", "units", "values", "words")),
        _tests("core", "quantity", "reading_quantities", "values"),
    ),
    Guard(
        "money",
        ("projects/models/ceilings.py",),
        _tests("projects", "ceilings", "funding", "received"),
    ),
    Guard(
        "money",
        ("projects/models/funding.py",),
        _tests("projects", "funding", "ceilings", "received"),
        (*SCOPE, "standing", "in_state", "of_organisations", "of_companies", "involved", "beyond", "clean",
         "_unexplained", "account", "money", "measure", "party", "is_voided"),
    ),
    Guard(
        "money",
        ("registry/reports/figures/counting.py",),
        _tests("reports", "figures", "drilldown", "as_of", "remembering"),
    ),
    Guard(
        "permission",
        ("registry/core/roles.py", "registry/roles.py", "registry/core/accounts.py"),
        _tests("core", "roles", "accounts") + _tests("registry", "desk_accounts"),
    ),
    Guard(
        "permission",
        ("registry/core/read_only.py", "registry/core/public_session.py"),
        tuple(f"tests/registry/test_auditor.py::Test{name}" for name in ("TheSession", "WhoOnlyReads"))
        + _tests("projects", "wall"),
    ),
    Guard(
        "permission",
        ("registry/core/models/scopes.py", "orgs/models/organisations.py",
         "orgs/models/memberships.py", "projects/models/project.py", "projects/models/needs.py",
         "projects/models/pledges.py", "projects/models/documents.py", "projects/models/events.py",
         "projects/models/difficulties.py", "projects/models/stories.py", "projects/models/monthly.py",
         "projects/models/recognition.py", "projects/models/circulars.py", "projects/models/imports.py",
         "projects/models/results.py", "projects/models/checklists.py", "projects/models/objections.py"),
        _tests("projects", "scopes", "stories", "circulars", "documents")
        + _tests("orgs", "organisations", "memberships"),
        SCOPE,
    ),
    Guard("import", ("projects/ledger/values.py",), _tests("projects", "ledger_values")),
    Guard("import", ("projects/ledger/heads.py",), _tests("projects", "ledger_layout")),
    Guard("import", ("projects/ledger/verdicts.py", "projects/ledger/money.py"), _tests("projects", "ledger_verdicts")),
    Guard("import", ("projects/ledger/writing.py",), _tests("projects", "ledger_writing")),
    Guard(
        "trail",
        tuple(f"registry/core/{name}.py" for name in ("trail", "history", "restore")),
        _tests("core", "trail", "history", "restore", "actions"),
    ),
    Guard("trail", ("registry/core/undo.py",), _tests("projects", "undo")),
)  # fmt: skip
