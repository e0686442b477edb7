"""Whether somebody is there to read the answer."""

from __future__ import annotations

import re

from playbook.usage.circumstances import Circumstances

AHEAD_OF_TIME = ("prefetch", "prerender", "preview")

# What machines call themselves. A browser without a window is not listed: the checks that drive one
# add their own name, and nothing else tells it from a person's. Nor are libraries for HTTP: a program
# that uses one should have a token, and then is known by that.
MACHINES = re.compile(
    r"""
      (?<!cu)bot\b | crawl | spider | slurp            # Cubot makes telephones
    | preview | externalhit | externalagent | embedly | vkshare | imgproxy | ^whatsapp/ | ^iframely
    | office\ (?:existence|protocol)\ discovery | ^ms-office
    | health-?check | kube-probe | googlehc | uptime | pingdom | statuscake | monitor | nagios | zabbix
    | synthetic | lighthouse | prometheus | blackbox
    | safelinks | proofpoint | mimecast | barracuda | scanner
    """,
    re.VERBOSE | re.IGNORECASE,
)


def is_machine(circumstances: Circumstances) -> bool:
    """Whether a machine asks, or a browser before anybody wanted the page.

    So are taken: HEAD, fetching ahead of time, programs with a token, whoever does not say what it is,
    and whoever says it is a bot, a maker of link previews, a mail scanner or a health check. A mail
    scanner that calls itself a browser cannot be told from one.
    """
    return (
        circumstances.by_token
        or circumstances.method == "HEAD"
        or any(word in circumstances.purpose for word in AHEAD_OF_TIME)
        or not circumstances.agent
        or MACHINES.search(circumstances.agent) is not None
    )
