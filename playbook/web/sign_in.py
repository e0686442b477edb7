"""Signing in and out, and the one-time link by which a person comes in first."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, request
from flask_login import current_user

from config import Settings
from playbook.errors import Invalid, Problem
from playbook.models import OneTimeLink, Permission, User, UserSession
from playbook.models.password import hash_password, recognise
from playbook.web.access import allow, anybody, cookie_name
from playbook.web.addresses import safe_next
from playbook.web.pages import page
from playbook.work import saving

bp = Blueprint("sign_in", __name__)


@bp.get("/sign-in")
@anybody
def new() -> Any:
    onward = safe_next(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(onward, code=303)
    return page("sign_in/new.html", next=onward, email="", problems=[])


@bp.post("/sign-in")
@anybody
def create() -> Any:
    onward = safe_next(request.form.get("next"))
    email = request.form.get("email", "")[:254]
    user = recognise(email, request.form.get("password", ""))
    if user is None:
        problems = [Problem("email", "This address and this password do not belong together.")]
        return page("sign_in/new.html", next=onward, email=email, problems=problems), 422
    return _enter(user, onward)


@bp.post("/sign-out")
@allow(Permission.READ)
def destroy() -> Any:
    with saving():
        session = UserSession.of(_secret(), idle_hours=_settings().login_idle_hours)
        if session is not None:
            session.end()
    response = redirect("/sign-in", code=303)
    response.delete_cookie(cookie_name(_settings()), secure=_settings().secure, httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@bp.get("/first/<secret>")
@anybody
def first(secret: str) -> Any:
    link = OneTimeLink.of(secret)
    return page("sign_in/first.html", user=link.user, problems=[], name=link.user.name, email=link.user.email)


@bp.post("/first/<secret>")
@anybody
def begin(secret: str) -> Any:
    link = OneTimeLink.of(secret)
    name, email = request.form.get("name", "").strip(), request.form.get("email", "").strip()
    try:
        hashed = hash_password(request.form.get("password", ""))
        with saving():
            user = OneTimeLink.of(secret).use()
            user.introduce(name=name, email=email)
            user.set_password(hashed)
    except Invalid as invalid:
        return page(
            "sign_in/first.html", user=link.user, problems=invalid.problems, name=name, email=email
        ), 422
    return _enter(user, "/")


def _enter(user: User, onward: str) -> Any:
    with saving():
        before = UserSession.of(_secret(), idle_hours=_settings().login_idle_hours)
        if before is not None:
            before.end()
        _, secret = UserSession.begin(user, days=_settings().login_days)
    response = redirect(onward, code=303)
    response.set_cookie(
        cookie_name(_settings()),
        secret,
        max_age=_settings().login_days * 86_400,
        secure=_settings().secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def _secret() -> str:
    return request.cookies.get(cookie_name(_settings()), "")
