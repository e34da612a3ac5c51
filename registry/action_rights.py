"""What each action asks for: the permission that its first lines check, or whose affair it is.

Moves along a life cycle say theirs in their own table (`lifecycle`); what is not named anywhere nobody may do.
"""

from django.utils.translation import gettext_lazy as _

ANYBODY, ONESELF, HOUSE = "anybody", "oneself", "house"

IN_WORDS = {
    ANYBODY: _("Everybody, also without an account"),
    ONESELF: _("Everybody, for what is one's own"),
    HOUSE: _("The system itself, every day"),
}

ASKS = {
    # Accounts and other systems
    "account.close": "core.change_user",
    "account.open": "core.change_user",
    "account.password": "core.change_user",
    "account.roles": "core.assign_role",
    "token.make": "core.assign_token",
    "token.revoke": "core.assign_token",
    "webhook.again": "core.change_subscription",
    "webhook.secret": "core.change_subscription",
    "webhook.test": "core.change_subscription",
    "outgoing.again": "core.change_outgoing",
    "notice.channels": ONESELF,
    "notice.read": ONESELF,
    "reminder.digest": HOUSE,
    # Organisations
    "organisation.merge": "orgs.merge_organisation",
    "organisation.rename": "orgs.change_organisation",
    # Projects
    "project.register": "projects.add_project",
    "project.change": "projects.change_project",
    "project.fields": "projects.change_project",
    "project.sites": "projects.change_project",
    "project.publish": "projects.publish_project",
    "project.withdraw": "projects.publish_project",
    "project.carry": "projects.carry_project",
    "project.lock": "projects.carry_project",
    "project.unlock": "projects.carry_project",
    "checklist.open": "projects.add_projectstep",
    "template.copy": "projects.add_checklisttemplate",
    "step.chase": "projects.chase_projectstep",
    "step.reassign": "projects.schedule_projectstep",
    "step.reschedule": "projects.schedule_projectstep",
    "funding.record": "projects.add_funding",
    "funding.correct": "projects.change_funding",
    "funding.confirm": "projects.confirm_funding",
    "funding.void": "projects.void_funding",
    "result.record": "projects.add_result",
    "result.correct": "projects.change_result",
    "monthlyreport.save": "projects.change_monthlyreport",
    "monthlyreport.unchanged": "projects.change_monthlyreport",
    "monthlyreport.submitted": "projects.submit_monthlyreport",
    "monthlyreport.approved": "projects.approve_monthlyreport",
    "monthlyreport.returned": "projects.approve_monthlyreport",
    "document.attach": "projects.add_document",
    "document.remove": "projects.delete_document",
    "document.show": "projects.publish_need",
    "document.hide": "projects.publish_need",
    "ledgerimport.receive": "projects.add_ledgerimport",
    "ledgerimport.name": "projects.add_ledgerimport",
    "ledgerimport.check": "projects.add_ledgerimport",
    "ledgerimport.correct": "projects.add_ledgerimport",
    "ledgerimport.forget": "projects.add_ledgerimport",
    "ledgerimport.decide": "projects.add_ledgerimport",
    "ledgerimport.confirm": "projects.add_ledgerimport",
    "ledgerimport.undone": "projects.add_ledgerimport",
    "ledgerimport.dropped": "projects.add_ledgerimport",
    # Needs, pledges, agreements, meetings
    "need.save": "projects.change_need",
    "need.extend": "projects.submit_need",
    "need.renew": "projects.submit_need",
    "need.suggest": "projects.publish_need",
    "agreement.draft": "projects.add_agreement",
    "event.draw_agenda": "projects.add_agendaitem",
    "decision.carry_out": "projects.change_decision",
    # Difficulties and doubts
    "difficulty.raise": "projects.add_difficulty",
    "difficulty.agree": "projects.close_difficulty",
    "measure.add": "projects.add_measure",
    "measure.done": "projects.view_difficulty",
    "measure.undo": "projects.view_difficulty",
    "doubt.note": "projects.add_datachecknote",
    # What is told
    "circular.draft": "projects.add_circular",
    "circular.correct": "projects.add_circular",
    "circular.recount": "projects.change_circular",
    "circular.word": "projects.change_circular",
    "paperwording.keep": "projects.add_paperwording",
    "paperwording.use": "projects.change_paperwording",
    "paperwording.drop": "projects.change_paperwording",
    "story.photo": "projects.add_storyphoto",
    "story.photo.remove": "projects.delete_storyphoto",
    "objection.file": ANYBODY,
    "datarelease.made": "reports.make_datarelease",
    "datarelease.withdrawn": "reports.withdraw_datarelease",
}
"""{name of the action: "app.codename", or ANYBODY, ONESELF, HOUSE}."""
