"""What a page says, and whether two say the same."""

import re

NEW_EACH_TIME = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|<p class="print-line">.*?</p>')
"""The form's token, and the minute in which the page was made."""


def same_words(page):
    """The page, without what is new each time that it is asked for."""
    return NEW_EACH_TIME.sub("", page.content.decode())


def body(client, url, status=200):
    """The page at `url`, which is answered with this status."""
    answer = client.get(url)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()
