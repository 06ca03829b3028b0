"""Who may read at all; what may be written is decided with the subject at hand."""

from typing import Any

from django.conf import settings
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from measures.api.authentication import actor_of
from measures.errors import WrongRole
from measures.messages import say
from measures.vocabulary import Scope


class MayRead(BasePermission):
    """Anyone reads what is published unless the service is closed to them; a token needs the scope `read` for it.

    Every other method needs credentials.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        actor = actor_of(request)
        if actor.person_id is None:
            if request.method in ("GET", "HEAD", "OPTIONS") and settings.PUBLIC_READING:
                return True
            raise NotAuthenticated(say("Send a token or sign in; './dev manage issue_token' makes a token."))
        if request.method in ("GET", "HEAD") and Scope.READ not in actor.scopes:
            raise WrongRole("insufficient-scope", say("The token lacks the scope 'read': issue one that has it."))
        return True


class SignedIn(MayRead):
    """Only for someone with credentials, also to read."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if actor_of(request).person_id is None:
            raise NotAuthenticated(say("Send a token or sign in; './dev manage issue_token' makes a token."))
        return super().has_permission(request, view)
