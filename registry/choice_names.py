"""What the description of the interface calls lists of choices whose fields are called alike."""

CHOICE_NAMES = {
    "Certainty": "counties.models.designations.Certainty",
    "DesignationKind": "counties.models.designations.Designation.Kind",
    "DivisionLevel": "counties.models.divisions.Level",
    "RegisteredLevel": "orgs.models.authorities.RegisteredLevel",
    "OrganisationOrigin": "orgs.models.authorities.Origin",
    "OrganisationKind": "orgs.models.organisations.Kind",
    "OrganisationStatus": "orgs.models.organisations.Organisation.Status",
    "NeedStatus": "projects.models.needs.Need.Status",
    "PledgeStatus": "projects.models.pledges.Pledge.Status",
    "ItemKind": "projects.models.items.ItemKind",
    "CircularKind": "projects.models.circulars.Circular.Kind",
    "CircularStatus": "projects.models.circulars.Circular.Status",
    "Stage": "projects.models.stages.Stage",
    "StepStatus": "projects.models.checklists.ProjectStep.Status",
    "Side": "projects.models.templates.Side",
    "Lamp": "projects.models.checklists.Lamp",
    "DocumentKind": "projects.models.documents.DocumentKind",
    "FundingKind": "projects.models.funding.Funding.Kind",
    "FundingOrigin": "projects.models.funding.Funding.Origin",
}
