"""What stands around every page: where one is, what else there is, the choices, and the moment that is asked about."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from measures.api.known_at import PARAMETER, noted
from measures.messages import lazy
from measures.models import Person
from measures.vocabulary import Role
from measures.web.asking import address, moment_asked
from measures.web.choices import THEMES
from measures.web.signed_in import duties

# The pages that lead to all others, by the name of their address, with the addresses that belong to them.
PLACES = (
    ("overview", lazy("Overview"), "/"),
    ("measures", lazy("Measures"), "/measures"),
    ("kpis", lazy("KPIs"), "/kpis"),
    ("cycles", lazy("Reporting cycles"), "/cycles"),
    ("reports", lazy("Reports"), "/reports"),
    ("audit", lazy("Audit"), "/audit"),
    ("about", lazy("About the data"), "/about"),
)
# The pages of who is signed in, and whose they are; everyone's where they are nobody's.
ROOMS: tuple[tuple[str, Any, str, frozenset[Role]], ...] = (
    ("desk", lazy("Desk"), "/desk", frozenset()),
    ("inbox", lazy("Inbox"), "/inbox", frozenset({Role.APPROVER})),
    ("coordination", lazy("Coordination"), "/coordination", frozenset({Role.COORDINATOR})),
    ("people", lazy("People and duties"), "/people", frozenset({Role.ADMINISTRATOR})),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """A context processor; it asks nothing of anybody, unless a page shows the rooms of who is signed in."""
    path = request.path
    kept = [(name, value) for name, values in request.GET.lists() if name != PARAMETER for value in values]
    theme = request.COOKIES.get("theme", "")
    return {
        "places": [
            {"name": name, "title": title, "is_here": _is_here(path, address)} for name, title, address in PLACES
        ],
        "rooms": SimpleLazyObject(lambda: _rooms(request)),
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


def _rooms(request: HttpRequest) -> list[dict[str, Any]]:
    if not isinstance(request.user, Person):
        return []
    held = {duty.role for duty in duties(request)}
    return [
        {"name": name, "title": title, "is_here": _is_here(request.path, address)}
        for name, title, address, whose in ROOMS
        if not whose or whose & held
    ]


def _is_here(path: str, address: str) -> bool:
    return path == address or (address != "/" and path.startswith(f"{address}/"))
