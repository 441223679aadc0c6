"""The door for web servers: files by digest first, then everything else."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loa.settings")
_django = get_wsgi_application()

from loa.media.web import wsgi as media_wsgi  # noqa: E402 - settings exist only now

application = media_wsgi.before(_django)
