"""Long lists as files: asking for one, and the door through which it leaves."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from registry.core.exports import attached, made_file_or_404
from registry.core.lists_out import ask_for_list, list_of
from registry.core.read_only import own_affairs


@own_affairs
@login_required
@require_POST
def ask_list(request):
    """Queue the list whose address was sent, under the guard of that list, and go where it can be watched."""
    try:
        found = ask_for_list(request.POST.get("address", ""), request.user)
    except ValidationError as refusal:
        raise Http404(refusal.messages[0]) from None
    return HttpResponseRedirect(reverse("job", args=(found.key,)))


@login_required
@require_safe
def made_list(request, key):
    """A list that the person has asked for, as long as it is kept and the list is theirs to see."""
    path, name, media_type = made_file_or_404(list_of, key, request.user)
    return attached(open(path, "rb"), name, media_type)
