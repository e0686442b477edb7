"""What a browser calls itself, in words that a person knows it by."""

from __future__ import annotations

# The first that is found decides: nearly every browser also claims to be those further down.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("HeadlessChrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "a Mac"),
    ("Linux", "Linux"),
)


def in_words(calls_itself: str) -> str:
    """Firefox on Linux, from what a browser sends as its User-Agent; "A browser" where nothing is known."""
    browser = next((name for sign, name in BROWSERS if sign in calls_itself), "")
    system = next((name for sign, name in SYSTEMS if sign in calls_itself), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or (f"A browser on {system}" if system else "A browser")
