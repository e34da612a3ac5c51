"""Checklists of imported projects: the templates' steps copied by one statement, however many projects there are."""

from django.db import connection

from projects.dataset.inserting import insert
from projects.models import ChecklistTemplate, Funding, ProjectStep, TemplateStep
from registry.core.workdays import Calendar

from . import words
from .money import funding_lines

Kind = ChecklistTemplate.Kind


def open_lists(rows):
    """Open a checklist for each of `rows`, [(entry, id of the project, year)], by the template that fits it; returns
    how many steps.

    Due dates count from the start, as in `actions.checklists.open_checklist`; without one they stay empty.
    """
    pick = _Templates()
    pairs = [(project, pick(entry, year), entry["start"]) for entry, project, year in rows]
    chosen = [(project, template.pk, start) for project, template, start in pairs if template]
    starts = {(template, start) for _project, template, start in chosen if start}
    steps = TemplateStep.objects.filter(template__in={template for _project, template, _start in chosen})
    calendar = Calendar()
    dues = [
        (step.pk, start, step.due_on(start, calendar))
        for step in steps
        for template, start in starts
        if template == step.template_id
    ]
    with connection.cursor() as cursor:
        return _copy(cursor, chosen, dues)


class _Templates:
    """The templates in use, read once; called with a row it gives the one that fits best, None where none does."""

    def __init__(self):
        found = ChecklistTemplate.objects.filter(is_active=True)
        self.templates = sorted(found, key=lambda one: (one.field_id is None, one.year is None, one.pk))

    def __call__(self, entry, year):
        kind, fields = _kind(entry), {field.pk for field in entry["domain"]}
        for template in self.templates:
            if template.kind == kind and template.field_id in {None, *fields} and template.year in (None, year):
                return template
        return None


def _kind(entry):
    built, fields = words.BUILT
    if any(field.code in fields for field in entry["domain"]):
        return built
    kinds = {line.kind for line in funding_lines(entry)}
    return Kind.GOODS if kinds == {Funding.Kind.GOODS} else Kind.CASH


def _copy(cursor, chosen, dues):
    cursor.execute("CREATE TEMP TABLE ledger_lists (project_id bigint, template_id bigint, start date) ON COMMIT DROP")
    cursor.execute("CREATE TEMP TABLE ledger_dues (step_id bigint, start date, due_on date) ON COMMIT DROP")
    for table, rows in (("ledger_lists", chosen), ("ledger_dues", dues)):
        columns = list(zip(*rows, strict=True)) or [[], [], []]
        types = ("bigint[], bigint[], date[]", "bigint[], date[], date[]")[table == "ledger_dues"].split(", ")
        taken = ", ".join(f"%s::{kind}" for kind in types)
        cursor.execute(f"INSERT INTO {table} SELECT * FROM unnest({taken})", [list(column) for column in columns])  # noqa: S608
    cursor.execute(
        """
        CREATE TEMP TABLE ledger_steps ON COMMIT DROP AS
        SELECT nextval((SELECT pg_get_serial_sequence('projects_projectstep', 'id')::regclass)) AS id,
               l.project_id, s.id AS step_id, d.due_on
        FROM ledger_lists l JOIN projects_templatestep s USING (template_id)
        LEFT JOIN ledger_dues d ON d.step_id = s.id AND d.start = l.start
        ORDER BY l.project_id, s.position
        """
    )
    cursor.execute("ANALYZE ledger_steps")
    same = ("position", "stage", "title", "title_en", "guidance", "side", "evidence")
    columns = {name: f"s.{name}" for name in same} | {
        "id": "made.id", "project_id": "made.project_id", "template_step_id": "s.id", "due_on": "made.due_on",
        "depends_on_id": "before.id",
    }  # fmt: skip
    source = """ledger_steps made JOIN projects_templatestep s ON s.id = made.step_id
        LEFT JOIN ledger_steps before ON before.project_id = made.project_id AND before.step_id = s.depends_on_id
        ORDER BY made.id"""
    steps = insert(cursor, ProjectStep, columns, source)
    cursor.execute("DROP TABLE ledger_steps, ledger_dues, ledger_lists")
    return steps
