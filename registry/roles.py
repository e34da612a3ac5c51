"""What each role may do: one table that a manager can read, poured into Django groups by `load_roles`.

Permissions say what may be done; which rows it may be done to is said by `visible_to` and
`within_scope_of` of each model. Default: nothing.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from registry.core.roles import Role

VIEW, KEEP = ("view",), ("view", "add", "change")
KEEP_AND_REMOVE = (*KEEP, "delete")
NOTE = ("view", "add")

REFERENCE = ("counties.division", "counties.succession", "counties.designation", "orgs.authority", "projects.field",
             "projects.campaign", "projects.campaignbureau", "projects.checklisttemplate", "projects.templatestep",
             "projects.standardreason", "projects.statement", "projects.lamprule", "projects.paperwording",
             "core.calendarday")  # fmt: skip
REGISTERED = ("orgs.organisation", "orgs.enterprise", "projects.project", "projects.event", "projects.agreement",
              "projects.difficulty", "projects.need", "projects.pledge", "projects.funding", "projects.projectstep",
              "projects.result", "projects.monthlyreport", "projects.ledgerimport")  # fmt: skip
DEPENDENT = ("orgs.formername", "projects.projectfield", "projects.projectmark", "projects.site",
             "projects.participation", "projects.needitem", "projects.pledgeitem", "projects.instalment",
             "projects.measure", "projects.attendance", "projects.agendaitem", "projects.decision",
             "projects.signatory", "projects.document", "projects.reportedmoney",
             "projects.reportedresult", "projects.storyphoto")  # fmt: skip
RECOGNITION = ("projects.commendation", "projects.story")
DOUBTS = ("projects.datachecknote",)
PUBLISHED = ("projects.circular", "projects.circularpart", "projects.circularfigure")
RELEASED = ("reports.datarelease", "reports.datafile")
PERSONS = ("reports.personrequest",)
ACCOUNTS = ("core.user", "counties.posting", "orgs.membership")
BUSINESS = (*REFERENCE, *REGISTERED, *DEPENDENT, *RECOGNITION, "projects.objection", "projects.storycorrection",
            *DOUBTS, *PUBLISHED, *RELEASED, *PERSONS)  # fmt: skip

RUN_PROJECTS = ("projects.move_project", "projects.carry_project", "projects.schedule_projectstep",
                "projects.chase_projectstep", "projects.submit_monthlyreport", "projects.approve_monthlyreport",
                "projects.complete_projectstep", "projects.verify_projectstep",
                "projects.waive_projectstep", "projects.confirm_funding", "projects.void_funding",
                "projects.submit_result", "projects.approve_result", "projects.handle_difficulty",
                "projects.close_difficulty")  # fmt: skip


@dataclass(frozen=True)
class Grant:
    """One row of the table: a role, what it is for in one sentence, and its permissions."""

    role: Role
    sentence: str
    models: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    actions: tuple[str, ...] = ()

    @property
    def permissions(self):
        """All permissions as "app.codename", sorted."""
        named = {
            f"{model.split('.')[0]}.{verb}_{model.split('.')[1]}"
            for models, verbs in self.models
            for model in models
            for verb in verbs
        }
        return sorted(named | set(self.actions))


GRANTS = (
    Grant(
        Role.BUREAU,
        _("Logs and accepts projects, runs checklists, moderates needs and pledges, settles difficulties, "
          "issues circulars."),
        (
            (REFERENCE, KEEP),
            (("projects.templatestep", "projects.campaignbureau", "core.calendarday"), ("delete",)),
            (REGISTERED, KEEP),
            (DEPENDENT, KEEP_AND_REMOVE),
            (RECOGNITION, KEEP),
            ((*PUBLISHED, *PERSONS), KEEP),
            (("projects.objection", "projects.storycorrection"), VIEW),
            (DOUBTS, NOTE),
            (RELEASED, VIEW),
            (("orgs.membership", "counties.posting", "core.change", "core.outgoing", "projects.chase", "auth.group"),
             VIEW),
        ),
        (
            *RUN_PROJECTS, "projects.publish_project", "projects.publish_need", "projects.accept_pledge",
            "projects.sign_pledge", "projects.move_event", "projects.review_commendation",
            "projects.grant_commendation", "projects.answer_objection", "projects.publish_story",
            "projects.check_circular",
            "projects.issue_circular", "orgs.move_organisation", "orgs.merge_organisation", "orgs.move_membership",
            "core.change_outgoing", "reports.make_datarelease", "reports.withdraw_datarelease",
            "reports.answer_personrequest",
        ),
    ),
    Grant(
        Role.PARTNER,
        _("Works with the organisations registered in its own jurisdiction and with their projects."),
        (
            (REFERENCE, VIEW),
            (("orgs.organisation", "projects.project", "projects.funding", "projects.projectstep", "projects.result",
              "projects.difficulty", "projects.monthlyreport", "projects.ledgerimport"), KEEP),
            (("orgs.enterprise", "projects.event", "projects.agreement", "projects.need", "projects.pledge"), VIEW),
            (("orgs.formername", "projects.projectfield", "projects.site", "projects.participation", "projects.measure",
              "projects.document", "projects.reportedmoney", "projects.reportedresult"), KEEP_AND_REMOVE),
            (PUBLISHED, VIEW),
            (DOUBTS, NOTE),
            (("core.change", "projects.chase"), VIEW),
        ),
        ("projects.move_project", "projects.complete_projectstep", "projects.verify_projectstep",
         "projects.submit_result", "projects.handle_difficulty", "projects.schedule_projectstep",
         "projects.chase_projectstep", "projects.submit_monthlyreport", "projects.approve_monthlyreport"),
    ),
    Grant(
        Role.COUNTY,
        _("Publishes its county's needs, confirms what arrived, reports progress, raises difficulties."),
        (
            (("projects.project", "projects.funding", "projects.projectstep", "projects.result", "projects.pledge",
              "projects.agreement", "projects.event", "orgs.organisation"), VIEW),
            (("projects.need", "projects.needitem", "projects.difficulty", "projects.document",
              "projects.monthlyreport", "projects.ledgerimport"), KEEP),
            (("projects.reportedmoney", "projects.reportedresult"), KEEP_AND_REMOVE),
        ),
        ("projects.submit_need", "projects.confirm_pledge", "projects.confirm_funding", "projects.complete_projectstep",
         "projects.submit_result", "projects.close_difficulty", "projects.submit_monthlyreport"),
    ),
    Grant(
        Role.ORGANISATION,
        _("Registers pledges against needs, reports delivery and results, raises difficulties, uploads evidence; "
          "lets further people speak for its organisation."),
        (
            (("orgs.organisation", "projects.project", "projects.projectstep", "projects.agreement", "projects.event",
              "projects.need"), VIEW),
            (("projects.pledge", "projects.pledgeitem", "projects.instalment", "projects.funding", "projects.result",
              "projects.difficulty", "projects.document", "projects.ledgerimport"), KEEP),
        ),
        ("projects.submit_pledge", "projects.complete_projectstep", "projects.submit_result",
         "projects.close_difficulty", "orgs.move_membership"),
    ),
    Grant(
        Role.AUDITOR,
        _("Reads everything, drafts and full history included, with personal contact data masked; writes nothing."),
        (
            (
                (*BUSINESS, "orgs.membership", "counties.posting", "core.change", "core.seal", "projects.chase",
                 "auth.group"),
                VIEW,
            ),
        ),
    ),
    Grant(
        Role.SYSTEM_ADMIN,
        _("Opens and closes accounts, posts officers, keeps the webhooks of other systems and watches over the site; "
          "gives no rights and sees no business data."),
        (
            ((*ACCOUNTS, "core.subscription"), KEEP),
            (("counties.division", "orgs.organisation", "core.outgoing", "core.delivery"), VIEW),
        ),
        ("core.change_outgoing", "core.watch_site"),
    ),
    Grant(
        Role.SECURITY_ADMIN,
        _("Gives and takes roles, and tokens of other systems; opens no accounts, sees no business data, and cannot "
          "change its own roles."),
        ((("core.user", "auth.group", "core.token"), VIEW),),
        ("core.assign_role", "core.assign_token"),
    ),
    Grant(
        Role.AUDIT_ADMIN,
        _("Reads the trail of accounts, roles and postings, and who signed in; changes nothing."),
        ((("core.user", "core.token", "core.change", "core.seal", "core.signin", "auth.group"), VIEW),),
    ),
)  # fmt: skip
