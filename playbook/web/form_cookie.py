"""The cookie that ties forms to a browser. It says nothing about who somebody is."""

from __future__ import annotations

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature


class AgelessCookie(SecureCookieSessionInterface):
    """Signed as Flask's, whatever the time: a clock put back by a second would void every newer cookie."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        signer = self.get_signing_serializer(app)
        if signer is None:
            return None
        try:
            return self.session_class(signer.loads(request.cookies.get(self.get_cookie_name(app), "")))
        except BadSignature:
            return self.session_class()


def install(app: Flask) -> None:
    app.session_interface = AgelessCookie()
