"""What becomes of each file's rows in the register."""

from django.utils import timezone

from orgs.models import Organisation
from projects.models import Funding, Participation, Project, ProjectField, ProjectStep, Result, Site
from projects.models.stages import Stage

from . import words
from .inserting import CHECKER, IMPORTER, account, insert

# An authority by the six digits that registration codes and credit codes name it with; 100000 is the Ministry.
_AUTHORITIES = """(
    SELECT DISTINCT ON (1) coalesce(d.code, '100000') AS code, a.id
    FROM orgs_authority a LEFT JOIN counties_division d ON d.id = a.division_id ORDER BY 1, a.id)"""


def insert_organisations(cursor):
    """A registration code that names an authority by its division becomes that; any other is kept in the note."""
    level, place = words.as_sql(words.LEVELS, "o.level"), words.as_sql(words.PROVINCES, "o.province")
    columns = {
        "id": "o.pk",
        "code": "o.uscc",
        "name": "o.name",
        "pinyin": "k.pinyin",
        "initials": "k.initials",
        "kind": words.as_sql(words.ORG_TYPES, "o.org_type"),
        "level": level,
        "origin": f"CASE {level} WHEN 'national' THEN 'national' ELSE {place} END",
        "authority_id": "coalesce(told.id, coded.id)",
        "legal_representative": "coalesce(o.legal_representative, '')",
        "registered_on": "o.registered_on::date",
        "note": "CASE WHEN told.id IS NULL THEN coalesce('registration_code: ' || o.registration_code, '') ELSE '' END",
    }
    source = f"""dataset_organisations o JOIN dataset_organisations_keys k USING (name)
        LEFT JOIN {_AUTHORITIES} told ON told.code = o.registration_code
        LEFT JOIN {_AUTHORITIES} coded ON coded.code = substr(o.uscc, 3, 6) ORDER BY o.row"""
    return insert(cursor, Organisation, columns, source, status="active", certainty="single source")


def insert_projects(cursor, **constants):
    """A terminated project had been under way if it has a start."""
    stage = words.as_sql(words.STAGES, "p.status")
    columns = {
        "id": "p.pk",
        "number": "p.code",
        "name": "p.name",
        "pinyin": "k.pinyin",
        "initials": "k.initials",
        "year": "p.year::int",
        "summary": "coalesce(p.summary, '')",
        "stage": stage,
        "left_stage": f"CASE WHEN {stage} <> '{Stage.TERMINATED}' THEN '' WHEN p.started_on IS NULL"
        f" THEN '{Stage.SIGNED}' ELSE '{Stage.UNDER_WAY}' END",
        "actual_start": "p.started_on::date",
        "actual_end": "p.finished_on::date",
    }
    source = "dataset_projects p JOIN dataset_projects_keys k USING (name) ORDER BY p.row"
    return insert(cursor, Project, columns, source, **constants)


def insert_fields(cursor):
    columns = {"project_id": "p.pk", "field_id": "w.field_id", "scheme": "w.scheme"}
    return insert(
        cursor, ProjectField, columns, "dataset_projects p JOIN dataset_words w ON w.word = p.field", is_primary=True
    )


def insert_sites(cursor):
    """The unit that had the code in the project's year, else the one that has it today, else the last."""
    source = """dataset_projects p CROSS JOIN LATERAL (
        SELECT id FROM counties_division WHERE code = p.county_code AND home_id IS NOT NULL
        ORDER BY valid_from <= p.year::int AND (valid_to IS NULL OR valid_to > p.year::int) DESC, valid_from DESC
        LIMIT 1) unit"""
    return insert(cursor, Site, {"project_id": "p.pk", "division_id": "unit.id"}, source)


def insert_parties(cursor):
    """The leading organisations of projects.csv first; project_organisations.csv may repeat them."""
    lead = {"project_id": "p.pk", "organisation_id": "o.pk"}
    source = "dataset_projects p JOIN dataset_organisations o ON o.id = p.lead_organisation_id ORDER BY p.row"
    rows = insert(cursor, Participation, lead, source, role=Participation.Role.LEAD)
    source = """dataset_project_organisations r JOIN dataset_projects p ON p.id = r.project_id
        JOIN dataset_organisations o ON o.id = r.organisation_id
        WHERE r.role <> '牵头' OR p.lead_organisation_id IS DISTINCT FROM o.id ORDER BY r.row"""
    return rows + insert(cursor, Participation, lead | {"role": words.as_sql(words.ROLES, "r.role")}, source)


def insert_funding(cursor):
    """Lines without an organisation are joint. A project's amount without any line is a joint commitment.

    What a data set has received beyond what it has committed is marked as its own word, for the data check.
    """
    sums = {kind: f"sum(f.amount::numeric) FILTER (WHERE f.kind = '{kind}') OVER one" for kind in ("到位", "承诺")}
    columns = {
        "project_id": "p.pk",
        "excess_reason": f"CASE WHEN f.kind = '到位' AND {sums['到位']} > {sums['承诺']} THEN '数据集如此' ELSE '' END",
        "organisation_id": "o.pk",
        "is_joint": "o.pk IS NULL",
        "state": words.as_sql(words.FUNDING_STATES, "f.kind"),
        "kind": words.as_sql(words.FORMS, "f.form"),
        "amount": "f.amount::numeric",
        "value_basis": "CASE WHEN f.form = '资金' OR f.amount IS NULL THEN 'none' ELSE 'declared' END",
        "occurred_on": "f.occurred_on::date",
        "voucher": "coalesce(f.voucher_no, '')",
    }
    source = """dataset_funding_lines f JOIN dataset_projects p ON p.id = f.project_id
        LEFT JOIN dataset_organisations o ON o.id = f.organisation_id
        WINDOW one AS (PARTITION BY f.project_id) ORDER BY f.row"""
    rows = insert(cursor, Funding, columns, source)
    source = """dataset_projects p WHERE p.amount::numeric > 0
        AND NOT EXISTS (SELECT FROM dataset_funding_lines f WHERE f.project_id = p.id) ORDER BY p.row"""
    return rows + insert(
        cursor, Funding, {"project_id": "p.pk", "amount": "p.amount::numeric"}, source,
        state=Funding.State.COMMITTED, kind=Funding.Kind.NOT_STATED, is_joint=True,
    )  # fmt: skip


def insert_results(cursor):
    """Numbers are approved results in 人次 and 户; an outcome without either is a draft to be filled in."""
    approved = {
        "status": Result.Status.APPROVED,
        "approved_by_id": account(*IMPORTER).pk,
        "approved_at": timezone.now(),
    }
    columns = {"project_id": "p.pk", "indicator": "coalesce(r.category, '受益群众')"}
    rows = 0
    for number, unit in (("person_times", "人次"), ("households", "户")):
        source = f"dataset_outcomes r JOIN dataset_projects p ON p.id = r.project_id WHERE r.{number} IS NOT NULL"
        rows += insert(
            cursor, Result, columns | {"actual": f"r.{number}::numeric"}, f"{source} ORDER BY r.row",
            unit=unit, level=Result.Level.BENEFICIARY, **approved,
        )  # fmt: skip
    source = """dataset_outcomes r JOIN dataset_projects p ON p.id = r.project_id
        WHERE r.person_times IS NULL AND r.households IS NULL ORDER BY r.row"""
    return rows + insert(cursor, Result, columns, source, unit="人次", level=Result.Level.BENEFICIARY)


def insert_steps(cursor):
    """All steps belong to the stage “under way” and to the bureau: a data set says neither."""
    state = words.as_sql(words.STEP_STATES, "s.state")
    importer, checker = account(*IMPORTER).pk, account(*CHECKER).pk
    moment = "coalesce(s.done_on::timestamp AT TIME ZONE 'Asia/Shanghai', now())"
    done, verified, waived = (f"{state} IN ({states})" for states in ("'done', 'verified'", "'verified'", "'waived'"))
    columns = {
        "project_id": "p.pk",
        "position": "s.seq::int",
        "title": "s.title",
        "due_on": "s.due_on::date",
        "status": state,
        "status_reason": f"CASE WHEN {waived} THEN s.state ELSE '' END",
        "done_by_id": f"CASE WHEN {done} THEN {importer} END",
        "done_at": f"CASE WHEN {done} THEN {moment} END",
        "verified_by_id": f"CASE WHEN {verified} THEN {checker} END",
        "verified_at": f"CASE WHEN {verified} THEN {moment} END",
        "waived_by_id": f"CASE WHEN {waived} THEN {importer} END",
        "waived_at": f"CASE WHEN {waived} THEN {moment} END",
    }
    source = "dataset_checklist_items s JOIN dataset_projects p ON p.id = s.project_id ORDER BY s.row"
    return insert(cursor, ProjectStep, columns, source, stage=Stage.UNDER_WAY, side="bureau")
