"""What every answer says to the browser: run nothing from elsewhere, keep nothing that is private."""

from __future__ import annotations

from flask import Flask, Response, request
from flask_login import current_user
from werkzeug.exceptions import BadRequest

from config import Settings
from playbook.web.access import write_down

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "manifest-src 'self'",
        "require-trusted-types-for 'script'",
        "trusted-types htmx",  # the one policy, made in static/js/exchange.js
    )
)

ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


def install(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]

    @app.after_request
    def harden(response: Response) -> Response:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if settings.secure:
            response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.add("Cookie")
        return response

    @app.before_request
    def refuse_other_sites() -> None:
        """A second guard beside the CSRF token: browsers say which site a form was sent from."""
        if request.method not in {"GET", "HEAD", "OPTIONS"} and request.headers.get("Sec-Fetch-Site") in {
            "cross-site",
            "same-site",
        }:
            if current_user.is_authenticated:
                write_down("The form was sent from another site.")
            raise BadRequest("This was sent from another site.")

    @app.before_request
    def refuse_chunks() -> None:
        """Forms say how long they are. What does not is cut off without a word where it is too long, and half
        a text would be taken for the whole. Calls of programs look for that themselves."""
        if (
            "chunked" in request.headers.get("Transfer-Encoding", "").lower()
            and "api" not in request.blueprints
        ):
            raise BadRequest("This does not say how long it is.")
