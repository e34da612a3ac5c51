"""What kind of data every field holds, and how each role reads it: the table beside the one of roles. Default: nobody.

What is public is what the wall shows (`projects/publishing/`), what is personal each model says itself (`personal`);
all other fields are named here. A field that nobody has named is secret, and a test asks for its line.
"""

from django.apps import apps

from projects.publishing.allowed import PARTS
from projects.publishing.wall import WALL, shown_columns
from registry.core.data_classes import DataClass, Reading, Reads, use_table
from registry.core.roles import ADMINISTRATORS, Role

INTERNAL = {
    "core.token": (
        "system owner scopes prefix made_by made_on expires_on last_used_on revoked_by revoked_at revoked_for"
    ),
    "core.subscription": "system address events is_active made_at",
    "core.delivery": "key subscription event body state attempts code error made_at tried_at next_at",
    "core.usage": "who minute number",
    "core.notice": "recipient sender kind facts url day sent_at read_at",
    "core.channels": "user digest email sms",
    "core.outgoing": "notice channel state attempts error tried_at",
    "core.savedview": "user page name query",
    "core.job": (
        "key kind by parameters state done total result error language cancel_asked queued_at started_at "
        "lease_until ended_at tries not_before"
    ),
    "core.once": "by key code at",
    "core.attempt": "what at",
    "core.session": "user browser begun_at used_at expire_date",
    "core.signin": "at what user by browser request_id number",
    "core.guess": "what who number most until user",
    "core.factor": "user set_up_at",
    "core.recoverycode": "user used_at",
    "core.formerpassword": "user at",
    "core.seal": "serial after_id upto_id numbers count leaves records previous digest algorithm form at",
    "core.redaction": "change_id columns reason by at",
    "core.change": (
        "at transaction db_user table_name row_pk root_table root_pk operation before after actor_id action "
        "reason request_id batch_id through undoes"
    ),
    "core.user": "last_login is_superuser username is_active date_joined password_at must_change",
    "core.userrole": "user group",
    "counties.posting": "user division duty starts_on ends_on",
    "orgs.organisation": "status_reason status_at address note",
    "orgs.formername": "source",
    "orgs.enterprise": "note",
    "orgs.membership": "status_reason status_at user organisation status approved_by approved_at",
    "projects.need": "status_reason status_at submitted_by submitted_at published_by",
    "projects.document": (
        "title blob original_name dated place uploaded_by project step funding result pledge agreement "
        "difficulty event report commendation"
    ),
    "projects.project": ("status_reason status_at visibility progress progress_on phase phase_by phase_at officer"),
    "projects.participation": "note",
    "projects.listed": (
        "number name pinyin year stage left_stage campaign_id amount amount_falling amount_rising money places "
        "field_rows organisation_rows keys words latin grams sort answer"
    ),
    "projects.listedrank": "kind amount_falling project_id",
    "projects.listedcount": "county field year stage number",
    "projects.listedgram": "gram number",
    "projects.checklisttemplate": "name pinyin initials code name_en kind field year is_active",
    "projects.templatestep": (
        "template position stage title title_en guidance side evidence due_after in_working_days depends_on"
    ),
    "projects.projectstep": (
        "status_reason status_at project template_step position stage title title_en guidance side "
        "responsible evidence due_on depends_on status done_by done_at verified_by verified_at waived_by "
        "waived_at note"
    ),
    "projects.chase": "step by at words",
    "projects.chasenotice": "chase notice",
    "projects.circular": "status_reason status_at drafted_by drafted_at checked_by checked_at issued_by",
    "projects.difficulty": (
        "status_reason status_at project title detail raised_side raised_by raised_at level wanted_from "
        "wanted_by answer event status raiser_agreed_by raiser_agreed_at bureau_agreed_by bureau_agreed_at"
    ),
    "projects.measure": "difficulty text side responsible due_on done_by done_at",
    "projects.datachecknote": "rule row words noted_by noted_at",
    "projects.funding": "voucher confirmed_by confirmed_at voided_by voided_at void_reason excess_reason note",
    "projects.pledge": (
        "status_reason status_at text deliver_by answer_by submitted_by submitted_at accepted_by accepted_at "
        "confirmed_by signed_by signed_at"
    ),
    "projects.pledgeitem": "what declared enterprise",
    "projects.instalment": "pledge due_on amount",
    "projects.event": "status_reason status_at",
    "projects.attendance": "event title organisation body",
    "projects.agendaitem": "event position title need difficulty step notes",
    "projects.decision": "event text side responsible due_on project difficulty measure step",
    "projects.agreement": "name pinyin initials number pledge text",
    "projects.signatory": "agreement part organisation division body title signed_on",
    "projects.ledgerimport": (
        "status_reason status_at sender sent_at blob original_name status sheet unit campaign heads layout "
        "told summary batch written job imported_by imported_at undone_by undone_at"
    ),
    "projects.ledgerrow": "ledger position sheet row outcome told said cells raw fix pick digest project was_written",
    "projects.result": "status_reason status_at planned submitted_by submitted_at approved_by approved_at note",
    "projects.monthlyreport": (
        "status_reason status_at project month progress is_unchanged done problems next_steps status "
        "submitted_by submitted_at approved_by approved_at"
    ),
    "projects.reportedmoney": "report state organisation amount qualifier occurred_on voucher excess_reason funding",
    "projects.reportedresult": "report result reached qualifier",
    "projects.commendation": "status_reason status_at proposed_by proposed_at reviewed_by reviewed_at granted_by",
    "projects.objection": "status_at answered_by",
    "projects.publication": "acknowledged published_by",
    "projects.standardreason": "use text text_en position",
    "projects.story": "status_reason children checked_by checked_at published_by",
    "projects.storyphoto": "consent",
    "projects.paperwording": "name pinyin initials use blob original_name is_current",
    "reports.personrequest": (
        "status_reason status_at kind received_on due_on rows status proposed_by proposed_at answered_by answered_at"
    ),
    "reports.datarelease": "made_by withdrawn_by",
    "reports.pastanswer": "key columns made_at",
}
"""{model: fields} of those who work with the record."""

SECRET = {
    "core.once": "digest body headers",
    "core.subscription": "salt",
    "core.token": "digest",
    "core.user": "password",
    "core.session": "session_key session_data",
    "core.factor": "secret key last_step",
    "core.recoverycode": "digest",
    "core.formerpassword": "password",
    "core.veil": "change_id salts digests",
    "projects.objection": "sender",
    "reports.pastanswer": "rows",
}
"""Shown to nobody, in no file, not even in the trail."""

PERSONAL = {"core.attempt": "address", "core.session": "address", "core.signin": "address"}
"""Besides what the models name."""

MARKS = ("id", "version", "updated_at", "is_demo")
"""What every row has."""

APPS = ("core", "counties", "orgs", "projects", "reports")

PLAIN, OWN, MASKED = Reading.PLAIN, Reading.OWN, Reading.MASKED

READS = (
    Reads(DataClass.PUBLIC, dict.fromkeys(Role, PLAIN)),
    Reads(DataClass.INTERNAL, dict.fromkeys(Role, PLAIN)),
    Reads(
        DataClass.INTERNAL,
        dict.fromkeys(set(Role) - ADMINISTRATORS, PLAIN),
        models=frozenset({"orgs.organisation", "counties.division"}),
    ),
    Reads(
        DataClass.PERSONAL,
        {Role.BUREAU: PLAIN, Role.PARTNER: PLAIN, Role.COUNTY: OWN, Role.ORGANISATION: OWN, Role.AUDITOR: MASKED},
    ),
    Reads(
        DataClass.PERSONAL,
        {Role.BUREAU: PLAIN, Role.PARTNER: PLAIN, **dict.fromkeys(ADMINISTRATORS, PLAIN)},
        models=frozenset({"core.user", "core.token", "core.outgoing", "core.session", "core.signin"}),
    ),
    Reads(DataClass.SECRET, {}),
)
"""How fields of a class are read, of the rows that `within_scope_of` gives to models on which the role has the right to
look (`registry/roles.py`). Both must hold: administrators read no project, since they may look at none."""


def our_models():
    """The models that have a table of their own."""
    return [model for model in apps.get_models() if model._meta.app_label in APPS and not model._meta.proxy]


def _public(model):
    part = next((part for part in PARTS if part.model is model), None)
    columns = part.columns if part else shown_columns(model) if model in WALL else ()
    return [field.name for field in model._meta.concrete_fields if field.column in columns]


def classes():
    """{model label: {field name: DataClass}} of every field that is named anywhere."""
    found = {}
    for model in our_models():
        label = model._meta.label_lower
        named = dict.fromkeys((*MARKS, *_public(model)), DataClass.PUBLIC)
        for table, data_class in (
            (INTERNAL, DataClass.INTERNAL), (PERSONAL, DataClass.PERSONAL), (SECRET, DataClass.SECRET)
        ):  # fmt: skip
            named |= dict.fromkeys(table.get(label, "").split(), data_class)
        named |= dict.fromkeys(getattr(model, "personal", ()), DataClass.PERSONAL)
        for name, key in (("pinyin", "name"), ("initials", "name")):
            if key in named:
                named.setdefault(name, named[key])
        found[label] = named
    return found


def pour():
    """Hand the table to those who read it; when the site starts."""
    use_table(classes(), READS)
