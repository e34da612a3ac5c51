"""Who may do what, and who reads which field: the tables of rights as pages of the desk, and as files."""

from django.contrib import admin
from django.core.exceptions import BadRequest, ValidationError
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from registry import permissions, running  # noqa: F401  the operator's page is a page of the desk
from registry.core.desk_pages import desk_page_at
from registry.core.exports import FORMATS
from registry.core.filters import only_known
from registry.core.lists_out import PARAMETER, gives_files, hand_out, usual_facts, ways_out
from registry.core.roles import Role
from registry.core.workbooks import Column, Page

MAY_LOOK = "auth.view_group"
"""Held by the bureau, auditors and the administrators of security and audit."""

YES, NO = "✓", "—"


def _reads(role, place):
    def words(row):
        _title, field = row
        word = field.reads[place].label
        return f"{word} · {_('types it')}" if role in field.writers else word

    return Column(role.label, words, width=16)


ACTS = (
    Column(gettext_lazy("Record"), lambda row: row[0], width=20),
    Column(gettext_lazy("What may be done"), lambda row: row[1].words, width=28),
    Column(gettext_lazy("From and to which state"), lambda row: row[1].states, width=30),
    Column(gettext_lazy("Condition"), lambda row: row[1].conditions or row[1].whose, width=24),
    *(Column(role.label, lambda row, role=role: YES if row[1].may(role) else NO, width=12) for role in Role),
)
FIELDS = (
    Column(gettext_lazy("Record"), lambda row: row[0], width=20),
    Column(gettext_lazy("Field"), lambda row: row[1].words, width=28),
    Column(gettext_lazy("Class of data"), lambda row: row[1].data_class.label, width=12),
    *(_reads(role, place) for place, role in enumerate(Role)),
)


def _answer(request, title, columns, tables, template):
    """The page, or with `?format=` its table as a file."""
    try:
        only_known(request.GET, [PARAMETER])
    except ValidationError as fault:
        raise BadRequest(fault.messages[0]) from None
    if request.GET.get(PARAMETER) in FORMATS:
        rows = [(table, row) for table, lines in tables for row in lines]
        page = Page(
            title=title, columns=list(columns), rows=rows, total=len(rows), named=2, facts=usual_facts(columns),
            by=str(request.user),
        )  # fmt: skip
        return hand_out(request, page)
    context = {
        **admin.site.each_context(request),
        "title": title,
        "roles": [role.label for role in Role],
        "tables": tables,
        "ways": ways_out(request.user, request.path, "", sum(len(rows) for _head, rows in tables)),
        "pages": [
            {"label": label, "url": reverse(f"admin:{name}"), "current": request.resolver_match.url_name == name}
            for name, label in (("permissions", _("Who may do what")), ("permissions-fields", _("Who reads what")))
        ],
    }
    return TemplateResponse(request, template, context)


@desk_page_at("permissions/", "permissions", MAY_LOOK)
@require_safe
@gives_files
def may_do(request):
    """Roles across; what is done, by record and state, down."""
    return _answer(request, _("Who may do what"), ACTS, permissions.acts(), "registry/may_do.html")


@desk_page_at("permissions/fields/", "permissions-fields", MAY_LOOK)
@require_safe
@gives_files
def may_read(request):
    """Roles across; fields with their class of data, by record, down."""
    return _answer(request, _("Who reads what"), FIELDS, permissions.fields(), "registry/may_read.html")
