"""What people do first in a browser."""

from django.urls import reverse


def sign_in(page, site, username, home="/desk/"):
    page.context.clear_cookies()
    page.goto(f"{site}{reverse('login')}")
    page.fill("[name=username]", username)
    page.fill("[name=password]", "bangfu-demo")
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{site}{home}")
