"""What people do first in a browser, and whether a page fits its window."""

from django.urls import reverse

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def sign_in(page, site, username, home="/desk/"):
    page.context.clear_cookies()
    page.goto(f"{site}{reverse('login')}")
    page.fill("[name=username]", username)
    page.fill("[name=password]", "bangfu-demo")
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{site}{home}")


def wider(page):
    """The pixels by which the page is wider than its window.

    It waits for the page: a click comes back as soon as the next one begins to arrive.
    """
    page.wait_for_load_state()
    return page.evaluate(WIDER)


def fits(page):
    """Whether the page is no wider than its window."""
    return wider(page) <= 0


def narrow(page):
    """Whether a page that says whether it `has_scripts` fits; without them there is nobody to ask."""
    return not page.has_scripts or fits(page)
