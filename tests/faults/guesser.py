"""A process that guesses a password: python -m tests.faults.guesser EMAIL PASSWORD TIMES ADDRESS

The instance and the database come from PLAYBOOK_*. Prints the status of each try.
"""

from __future__ import annotations

import sys

from playbook.app import create_app
from tests.web.forms import form_of


def main(email: str, password: str, times: str, address: str) -> None:
    app = create_app()
    for _ in range(int(times)):
        client = app.test_client()
        form = form_of(client.get("/sign-in"), "/sign-in")
        answer = client.post(
            "/sign-in",
            data={**form.values, "email": email, "password": password},
            environ_overrides={"REMOTE_ADDR": address},
        )
        print(answer.status_code, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
