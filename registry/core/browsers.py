"""Which browser that is, in words."""

import re

BROWSERS = (
    ("Edg/", "Edge"), ("QQBrowser/", "QQ"), ("360SE", "360"), ("OPR/", "Opera"), ("MicroMessenger/", "WeChat"),
    ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Version/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def browser_in_words(user_agent):
    """“Chrome 90 · Windows”: enough to tell one's own devices apart, and no more of what the browser tells."""
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    for mark, name in BROWSERS:
        if mark in user_agent:
            version = re.match(r"\d{1,4}", user_agent.split(mark, 1)[1])
            return " · ".join(filter(None, (f"{name} {version[0] if version else ''}".strip(), system)))
    return system
