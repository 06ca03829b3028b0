"""Turns what the environment says of signing in into settings, and says clearly what is wrong with it."""

from django.core.exceptions import ImproperlyConfigured

from measures.vocabulary import Role


def duties_from(text: str) -> frozenset[str]:
    """'coordinator,approver' as a set; blank is none. Raises ImproperlyConfigured."""
    named = frozenset(one.strip() for one in text.split(",") if one.strip())
    if unknown := sorted(named - set(Role.values)):
        raise ImproperlyConfigured(
            f"SECOND_FACTOR_DUTIES names '{unknown[0]}', which is no duty; choose from {', '.join(Role.values)}."
        )
    return named
