"""The three steps of a pledge, as a browser goes through them."""

from django.urls import reverse

from .sent import fields_of

NEW, LIST = "/my/pledges/new/", "/my/pledges/"


def typed(answer, **changes):
    """What the shown step holds, as a browser sends it back, with `changes` typed into it."""
    data, context = {"act": "next"}, answer.context
    if "offer" in context:
        forms = context["offer"].parts
    elif "terms" in context:
        forms = context["terms"].parts
    else:
        forms = [context["form"]]
    for part in forms:
        if hasattr(part, "management_form"):
            data.update(fields_of(part.management_form))
        for form in getattr(part, "forms", [part]):
            data.update(fields_of(form))
    if context.get("beyond"):
        data["beyond"] = "seen"
    return data | changes


def wanted(need, name="much"):
    return f"wanted-{need.items.first().pk}-{name}"


def towards(need):
    return f"{NEW}?need={need.number}"


def start(client, need, amount="72万", **more):
    """Step 1; returns the answer."""
    page = client.get(towards(need))
    return client.post(towards(need), typed(page, **{wanted(need): amount}, **more))


def steps(pledge):
    return [reverse(f"my-pledge-{step}", args=(pledge.number,)) for step in ("what", "when", "check")]
