"""Views of the board that a person keeps."""

from django.http import HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST

from registry.core import kept_views
from registry.core.desk_pages import desk_page_at
from registry.core.read_only import own_affairs

PAGE, VIEW = "board", "projects.view_projectstep"


def views_of(user):
    return kept_views.views_of(user, PAGE)


def back_to_board(query):
    """Back to the board as it was asked for; only its own address, whatever was sent."""
    query = QueryDict(query).urlencode()
    return HttpResponseRedirect(f"{reverse('admin:board')}{'?' if query else ''}{query}")


@desk_page_at("board/views/", "board-view-save", VIEW)
@own_affairs
@require_POST
def save_view(request):
    return back_to_board(kept_views.keep_view(request, PAGE))


@desk_page_at("board/views/<int:key>/delete/", "board-view-delete", VIEW)
@own_affairs
@require_POST
def delete_view(request, key):
    kept_views.delete_view(request, PAGE, key)
    return back_to_board(request.POST.get("back", ""))
