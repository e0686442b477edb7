from __future__ import annotations

import pytest

from playbook.usage import Circumstances, is_machine
from tests.usage.acts import BY_HAND, FIREFOX

PEOPLE = [
    FIREFOX,
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36 Edg/142.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (Linux; Android 14; CUBOT KINGKONG 9) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36",
]

MACHINES = [
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Slack-ImgProxy (+https://api.slack.com/robots)",
    "facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "WhatsApp/2.23.20.0 A",
    "TelegramBot (like TwitterBot)",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 AppleWebKit/537.36 (compatible; bingbot/2.0) Chrome/116.0 Safari/537.36 BingPreview/1.0b",
    "Microsoft Office Existence Discovery",
    "kube-probe/1.31",
    "ELB-HealthChecker/2.0",
    "GoogleHC/1.0",
    "Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/142.0 Safari/537.36 DatadogSynthetics",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/142.0 Safari/537.36 Chrome-Lighthouse",
    "Prometheus/2.53.0",
]


@pytest.mark.parametrize("agent", PEOPLE)
def test_a_browser_is_somebody(agent: str) -> None:
    assert not is_machine(Circumstances.of("GET", {"User-Agent": agent}))


@pytest.mark.parametrize("agent", MACHINES)
def test_what_says_that_it_is_a_machine_is_one(agent: str) -> None:
    assert is_machine(Circumstances.of("GET", {"User-Agent": agent}))


@pytest.mark.parametrize("headers", [{}, {"User-Agent": ""}, {"User-Agent": "  "}])
def test_what_does_not_say_what_it_is_is_a_machine(headers: dict[str, str]) -> None:
    assert is_machine(Circumstances.of("GET", headers))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Sec-Purpose", "prefetch"),
        ("Sec-Purpose", "prefetch;prerender"),
        ("Purpose", "prefetch"),
        ("Purpose", "Prefetch"),
        ("X-Moz", "prefetch"),
        ("X-Purpose", "preview"),
    ],
)
def test_a_page_fetched_before_anybody_wants_it_is_fetched_by_a_machine(name: str, value: str) -> None:
    assert is_machine(Circumstances.of("GET", {"User-Agent": FIREFOX, name: value}))


def test_asking_only_for_the_head_of_a_page_is_a_machines_way() -> None:
    assert is_machine(Circumstances.of("HEAD", {"User-Agent": FIREFOX}))


def test_a_program_with_a_token_is_a_machine_whatever_it_calls_itself() -> None:
    assert is_machine(Circumstances.of("GET", {"User-Agent": FIREFOX}, by_token=True))


def test_a_form_that_is_sent_is_sent_by_somebody() -> None:
    assert not is_machine(Circumstances.of("POST", {"User-Agent": FIREFOX}))
    assert not is_machine(BY_HAND)
