"""My data: what the register holds on whoever is signed in, to read and as a file; and how long it is kept."""

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .held import about_account
from .retention import TERMS


@login_required
@require_safe
@never_cache
def my_data(request):
    """What is held under the own account. Where a name stands in others' records is told on request, by the bureau."""
    held = about_account(request.user)
    if request.GET.get("format") == "json":
        answer = JsonResponse(held, json_dumps_params={"ensure_ascii": False, "indent": 1})
        answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
        return answer
    account = held["account"]
    told = [
        (_("user name"), account["username"]), (_("name"), account["name"]), (_("telephone"), account["phone"]),
        (_("e-mail"), account["email"]), (_("roles"), ", ".join(held["roles"])),
        (_("postings"), ", ".join(held["postings"])), (_("memberships"), ", ".join(held["memberships"])),
    ]  # fmt: skip
    context = {
        "told": told,
        "user_": request.user,
        "numbers": [
            (_("messages"), len(held["messages"])), (_("jobs"), len(held["jobs"])),
            (_("saved views"), len(held["saved_views"])), (_("changes made"), sum(held["changes_made"].values())),
            *held["signed_rows"].items(),
        ],
        "terms": TERMS,
    }  # fmt: skip
    return render(request, "reports/my_data.html", context)
