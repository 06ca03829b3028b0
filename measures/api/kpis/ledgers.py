"""The ledgers of a KPI's targets and baselines: listed, revised, and decided on by another coordinator."""

from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from measures.api.cycles import CommentIn
from measures.api.kpis.inputs import BaselineIn, TargetIn
from measures.api.kpis.outputs import BaselineOut, TargetOut
from measures.api.kpis.views import KpiPart
from measures.api.registry import coordinated, valid
from measures.api.views import find
from measures.api.writes import Answer
from measures.models import Baseline, Kpi, Target
from measures.operations import targets
from measures.queries import revisions
from measures.rules.roles import Actor
from measures.vocabulary import VerdictOutcome


def _targets() -> QuerySet[Target]:
    """With all that an answer shows of them; three statements."""
    held = Prefetch("kpi__baselines", revisions.in_force(Baseline.objects.all()), to_attr="baselines_in_force")
    first = Prefetch("kpi__baselines", revisions.original(Baseline.objects.all()), to_attr="baselines_at_first")
    rows = Target.objects.select_related("kpi", "element", "verdict")
    return revisions.with_states(rows).prefetch_related(held, first)


def _baselines() -> QuerySet[Baseline]:
    """With all that an answer shows of them; two statements."""
    aim = Prefetch("kpi__targets", revisions.in_force(Target.objects.all()), to_attr="targets_in_force")
    return revisions.with_states(Baseline.objects.select_related("kpi", "verdict")).prefetch_related(aim)


class KpiTargetList(KpiPart):
    serializer_class = TargetOut
    keyset = ("id",)

    def get_queryset(self) -> QuerySet[Target]:
        if getattr(self, "swagger_fake_view", False):
            return Target.objects.none()
        return _targets().filter(kpi=self.kpi())

    @extend_schema(request=TargetIn, responses={201: TargetOut})
    def post(self, request: Request, code: str) -> HttpResponse:
        """Set a target, in place of the one there is; a later or easier one is proposed, and waits for approval."""

        def act(at: datetime, actor: Actor) -> Answer:
            kpi = self.kpi()
            made = targets.set_target(kpi=kpi, columns=valid(TargetIn(data=request.data)), actor=actor, at=at)
            return Answer(201, TargetOut(_targets().get(pk=made.pk)).data, location=request.path)

        return coordinated(request, act, subject=self.kpi)


class KpiBaselineList(KpiPart):
    """The ledger of a KPI's baselines; the one that is current holds."""

    serializer_class = BaselineOut
    keyset = ("id",)

    def get_queryset(self) -> QuerySet[Baseline]:
        if getattr(self, "swagger_fake_view", False):
            return Baseline.objects.none()
        return _baselines().filter(kpi=self.kpi())

    @extend_schema(request=BaselineIn, responses={201: BaselineOut})
    def post(self, request: Request, code: str) -> HttpResponse:
        """Set a baseline, in place of the one there is; one that may ease the target is proposed, and waits for
        approval: a first one, one of another period, one further from what is to be reached.
        """

        def act(at: datetime, actor: Actor) -> Answer:
            kpi = self.kpi()
            given = valid(BaselineIn(data=request.data))
            period = given.pop("period")
            made = targets.set_baseline(kpi=kpi, period=period, columns=given, actor=actor, at=at)
            return Answer(201, BaselineOut(_baselines().get(pk=made.pk)).data, location=request.path)

        return coordinated(request, act, subject=self.kpi)


class TargetVerdict(APIView):
    """A decision on a proposed target."""

    http_method_names = ["post", "options"]
    outcome: VerdictOutcome

    @extend_schema(request=CommentIn, responses=TargetOut)
    def post(self, request: Request, code: str, pk: int) -> HttpResponse:
        return _decided(request, code, pk, ledger=Target, outcome=self.outcome)


class TargetApprove(TargetVerdict):
    """Approve a proposed target, which holds from now on; someone else proposed it."""

    outcome = VerdictOutcome.APPROVED


class TargetReject(TargetVerdict):
    """Reject a proposed target, and say why; someone else proposed it."""

    outcome = VerdictOutcome.REJECTED


class BaselineVerdict(APIView):
    """A decision on a proposed baseline."""

    http_method_names = ["post", "options"]
    outcome: VerdictOutcome

    @extend_schema(request=CommentIn, responses=BaselineOut)
    def post(self, request: Request, code: str, pk: int) -> HttpResponse:
        return _decided(request, code, pk, ledger=Baseline, outcome=self.outcome)


class BaselineApprove(BaselineVerdict):
    """Approve a proposed baseline, which holds from now on; someone else proposed it."""

    outcome = VerdictOutcome.APPROVED


class BaselineReject(BaselineVerdict):
    """Reject a proposed baseline, and say why; someone else proposed it."""

    outcome = VerdictOutcome.REJECTED


def _decided(
    request: Request, code: str, pk: int, *, ledger: type[Target] | type[Baseline], outcome: VerdictOutcome
) -> HttpResponse:
    def act(at: datetime, actor: Actor) -> Answer:
        kpi, comment = find(Kpi.objects.all(), "code", code), valid(CommentIn(data=request.data))["comment"]
        said = {"outcome": outcome, "comment": comment, "actor": actor, "at": at}
        targets.decide(kpi=kpi, ledger=ledger, revision_id=pk, **said)
        if ledger is Target:
            return Answer(200, TargetOut(_targets().get(pk=pk)).data)
        return Answer(200, BaselineOut(_baselines().get(pk=pk)).data)

    def subject() -> object:
        return find(ledger._default_manager.filter(kpi=find(Kpi.objects.all(), "code", code)), "pk", pk)

    return coordinated(request, act, subject=subject)
