"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django = get_wsgi_application()

# Only now are the settings and the models at hand.
from measures.api.shell import Shell  # noqa: E402

application = Shell(django)
