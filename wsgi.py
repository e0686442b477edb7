"""What a WSGI server serves: `granian --interface wsgi wsgi:app`, or any other."""

from playbook.app import create_app

app = create_app()
