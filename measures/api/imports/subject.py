"""The cycle and the ministry that a template or an import is for, as the caller names them or nobody has to."""

from measures.api.fields import nearest
from measures.errors import BadInput, Problem, WrongRole
from measures.messages import say
from measures.models import Cycle, Ministry
from measures.rules.imports.permits import not_an_officer
from measures.rules.roles import Actor
from measures.vocabulary import CycleState, Role


def cycle_of(code: str | None, *, made_for: str | None = None) -> Cycle:
    """The cycle that is named, that the template was made for, or the only one that is open."""
    if code is None and made_for and (found := Cycle.objects.filter(code=made_for).first()):
        return found
    cycles = Cycle.objects.filter(code=code) if code else Cycle.objects.filter(state=CycleState.OPEN)
    rows = list(cycles[:2])
    if len(rows) == 1:
        return rows[0]
    known = nearest(code or "", Cycle.objects.order_by("code").values_list("code", flat=True)[:2000])
    if code:
        raise _refused("cycle", say("'{given}' is not a known value. {hint}", given=code[:64], hint=known))
    raise _refused("cycle", say("Name the cycle: there is not exactly one that is open. {hint}", hint=known))


def ministry_of(code: str | None, actor: Actor, *, made_for: str | None = None) -> Ministry:
    """The ministry that is named, that the template was made for if it is the caller's, or the caller's only one."""
    own = actor.ministries(Role.OFFICER)
    if code is None and made_for in own:
        code = made_for
    if code is None and len(own) > 1:
        names = ", ".join(sorted(own))
        raise _refused("ministry", say("Name the ministry: you are an officer of {words}.", words=names))
    code = code or next(iter(own))
    ministry = Ministry.objects.filter(code=code).first()
    if problem := not_an_officer(actor, code, ministry.called if ministry else ""):
        raise WrongRole(problem.code, problem.detail)
    return ministry or Ministry.objects.get(code=code)


def _refused(parameter: str, detail: str) -> BadInput:
    return BadInput([Problem("", "unknown-value", detail, parameter=parameter)])
