"""What stands around every page: where one is, what else there is, the choices, and the moment that is asked about."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from measures.api.known_at import PARAMETER, noted
from measures.messages import lazy
from measures.web.asking import address, moment_asked
from measures.web.choices import THEMES

# The pages that lead to all others, by the name of their address, with the addresses that belong to them.
PLACES = (
    ("overview", lazy("Overview"), "/"),
    ("measures", lazy("Measures"), "/measures"),
    ("kpis", lazy("KPIs"), "/kpis"),
    ("cycles", lazy("Reporting cycles"), "/cycles"),
    ("reports", lazy("Reports"), "/reports"),
    ("about", lazy("About the data"), "/about"),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """A context processor; it asks nothing of anybody."""
    path = request.path
    kept = [(name, value) for name, values in request.GET.lists() if name != PARAMETER for value in values]
    theme = request.COOKIES.get("theme", "")
    return {
        "places": [
            {"name": name, "title": title, "is_here": _is_here(path, address)} for name, title, address in PLACES
        ],
        "path": path,
        "here": request.get_full_path(),
        "theme": theme if theme in THEMES else "",
        "languages": settings.LANGUAGES,
        "moment": noted(request),
        "moment_asked": moment_asked(request),
        "moment_given": request.GET.get(PARAMETER, "")[:64],
        "kept": kept,
        "now": address(path, kept, moment=""),
    }


def _is_here(path: str, address: str) -> bool:
    return path == address or (address != "/" and path.startswith(f"{address}/"))
