"""The template that officers fill in, made for the caller's ministry and a cycle."""

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from measures.api.authentication import actor_of
from measures.api.filters import MAX_TEXT, wrong_parameters
from measures.api.imports.files import XLSX, XLSXRenderer, attached
from measures.api.imports.subject import cycle_of, ministry_of
from measures.api.permissions import SignedIn
from measures.api.renderers import JSONRenderer
from measures.errors import BadInput, WrongRole
from measures.exports import template
from measures.queries import imports as queries
from measures.rules.days import day_of
from measures.rules.imports.permits import not_an_officer

CODE = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
CYCLE = "The cycle's code; left out, the one that is open."
MINISTRY = "The ministry's code; left out, the one the caller is an officer of."


class ImportTemplate(APIView):
    permission_classes = [SignedIn]
    http_method_names = ["get", "head", "options"]
    renderer_classes = [JSONRenderer, XLSXRenderer]

    @extend_schema(
        responses={(200, XLSX): OpenApiTypes.BINARY},
        parameters=[
            OpenApiParameter("cycle", CODE, description=CYCLE),
            OpenApiParameter("ministry", CODE, description=MINISTRY),
        ],
    )
    def get(self, request: Request) -> HttpResponse:
        """The workbook to report with: what the caller's ministry owes in a cycle

        It has the measures without an approved report, their KPIs with the last values, lists to choose from, units
        and notes. Filled in, it goes to POST /imports.
        """
        actor = actor_of(request)
        if problem := not_an_officer(actor):
            raise WrongRole(problem.code, problem.detail)
        if problems := wrong_parameters(request, ["cycle", "ministry"]):
            raise BadInput(problems)
        ministry = ministry_of(request.query_params.get("ministry"), actor)
        cycle = cycle_of(request.query_params.get("cycle"))
        on = day_of(timezone.now())
        data = template.workbook(
            queries.asked_of(ministry, cycle, on=on),
            cycle=cycle.code,
            ministry=ministry.code,
            ministry_name=ministry.name,
            on=on,
        )
        return attached(data, f"{cycle.code}-{ministry.code}.xlsx")
