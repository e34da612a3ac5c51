"""What of a project may be public: the one allow-list, column by column. What is not named here never leaves."""

from dataclasses import dataclass

from projects.models import (
    Agreement,
    Funding,
    Participation,
    Project,
    ProjectField,
    ProjectMark,
    Result,
    Site,
)


@dataclass(frozen=True)
class Part:
    """Rows of `model` in a project's public entry: these columns of those that fulfil `rows`, a condition in SQL on
    the row `t`. `owner` is the column that names the project."""

    model: type
    columns: tuple[str, ...]
    owner: str = "project_id"
    rows: str = "true"

    @property
    def table(self):
        return self.model._meta.db_table

    @property
    def fields(self):
        """The model's fields of the columns, in their order."""
        by_column = {field.column: field for field in self.model._meta.concrete_fields}
        return [by_column[column] for column in self.columns]


PARTS = (
    Part(
        Project,
        (
            "id", "number", "name", "pinyin", "initials", "campaign_id", "year", "summary", "approach", "channel",
            "stage", "left_stage", "planned_start", "planned_end", "actual_start", "actual_end", "parent_id",
            "continues_id", "source", "quote", "caution", "is_demo",
        ),
        owner="id",
    ),
    Part(ProjectField, ("id", "project_id", "field_id", "scheme", "is_primary", "is_demo")),
    Part(ProjectMark, ("id", "project_id", "kind", "title", "named_by", "named_on", "is_demo")),
    Part(Site, ("id", "project_id", "division_id", "address", "share", "is_demo")),
    Part(
        Participation,
        (
            "id", "project_id", "organisation_id", "enterprise_id", "unnamed", "unnamed_count", "unnamed_qualifier",
            "role", "is_demo",
        ),
    ),
    Part(
        Funding,
        (
            "id", "project_id", "state", "kind", "origin", "organisation_id", "enterprise_id", "is_joint", "amount",
            "qualifier", "wording", "goods", "quantity", "unit", "value_basis", "occurred_on", "is_demo",
        ),
        rows="t.voided_at IS NULL",
    ),
    Part(
        Result,
        (
            "id", "project_id", "indicator", "level", "unit", "actual", "qualifier", "wording", "occurred_on",
            "status", "is_demo",
        ),
        rows="t.status = 'approved'",
    ),
    Part(Agreement, ("id", "project_id", "event_id", "signed_on", "is_demo")),
)  # fmt: skip

STANDING = {Project: {"visibility": Project.Visibility.PUBLISHED}}
"""What columns that are never public hold in every public entry, where the type's own nothing would mislead."""
