"""Triggers by which what a KPI must reach is not eased at once: by a target, by a baseline, or by its direction.

They refuse what SQL can tell; rules.targets tells all of it, and whatever is refused here is proposed there.
"""

import pgtrigger

from measures.models.guards import refuse


def _in_force(kind: str, kpi: str) -> str:
    """The row that holds of the KPI whose id is `kpi`; `kind` is "target" or "baseline"."""
    return f"""(
        SELECT one.* FROM measures_{kind} one LEFT JOIN measures_verdict said ON said.{kind}_id = one.id
        WHERE one.kpi_id = {kpi} AND (NOT one.proposed OR said.outcome = 'approved') AND NOT EXISTS (
            SELECT FROM measures_{kind} later LEFT JOIN measures_verdict its ON its.{kind}_id = later.id
            WHERE later.supersedes_id = one.id AND (NOT later.proposed OR its.outcome = 'approved')))"""  # noqa: S608


def _waiting(kpi: str) -> str:
    """Whether a revision of the KPI whose id is `kpi` waits."""
    return " OR ".join(
        f"""EXISTS (SELECT FROM measures_{kind} one LEFT JOIN measures_verdict said ON said.{kind}_id = one.id
                WHERE one.kpi_id = {kpi} AND one.proposed AND said.id IS NULL)"""
        for kind in ("target", "baseline")
    )


def _number(base: str) -> str:
    """What the target `aim` comes to from the number `base`."""
    return f"""(CASE aim.kind WHEN 'relative' THEN {base} * (1 + aim.value)
                    WHEN 'multiple' THEN {base} * aim.value ELSE aim.value END)"""


def revised() -> pgtrigger.Trigger:
    """Of targets: one revision waits at a time, each supersedes the one that holds, and a later or easier one waits."""
    return pgtrigger.Trigger(
        name="revised",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("held", "record"), ("base", "record"), ("falls", "boolean")],
        func=f"""
    IF {_waiting("NEW.kpi_id")} THEN
        {refuse("'a revision of this target waits for its verdict'")}
    END IF;
    SELECT * INTO held FROM {_in_force("target", "NEW.kpi_id")} found;
    SELECT * INTO base FROM {_in_force("baseline", "NEW.kpi_id")} found;
    IF NEW.supersedes_id IS DISTINCT FROM held.id THEN
        {refuse("'a target supersedes the one of its KPI that holds'")}
    ELSIF held.id IS NULL OR NEW.proposed THEN
        RETURN NEW;
    END IF;
    falls := CASE WHEN held.kind = 'maintain' OR base.value IS NULL OR base.value = held.value
                  THEN (SELECT direction FROM measures_kpi WHERE id = NEW.kpi_id) = 'down'
                  ELSE held.value < base.value END;
    IF NEW.due_on > held.due_on OR (NEW.kind = held.kind AND NEW.kind IN ('absolute', 'maintain')
            AND CASE WHEN falls THEN NEW.value > held.value ELSE NEW.value < held.value END) THEN
        {refuse("'a later or easier target is proposed first, and approved by someone else'")}
    END IF;
    RETURN NEW;
""",  # noqa: S608 nothing in it is anyone's
    )


def restated() -> pgtrigger.Trigger:
    """Of baselines: the same; of a KPI with a target, none at once that comes first, ends another day or eases it."""
    return pgtrigger.Trigger(
        name="restated",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("held", "record"), ("aim", "record"), ("was", "numeric"), ("comes", "numeric")],
        func=f"""
    IF {_waiting("NEW.kpi_id")} THEN
        {refuse("'a revision of this baseline waits for its verdict'")}
    END IF;
    SELECT * INTO held FROM {_in_force("baseline", "NEW.kpi_id")} found;
    SELECT * INTO aim FROM {_in_force("target", "NEW.kpi_id")} found;
    was := {_number("held.value")};
    comes := {_number("NEW.value")};
    IF NEW.supersedes_id IS DISTINCT FROM held.id THEN
        {refuse("'a baseline supersedes the one of its KPI that holds'")}
    ELSIF aim.id IS NULL OR NEW.proposed THEN
        RETURN NEW;
    ELSIF held.id IS NULL OR NEW.period_start <> held.period_start OR NEW.period_end <> held.period_end
        OR (aim.kind NOT IN ('maintain', 'range') AND (
            (NEW.value IS NULL) <> (held.value IS NULL)
            OR (was > held.value AND (NEW.value < held.value OR comes < was OR comes < NEW.value))
            OR (was < held.value AND (NEW.value > held.value OR comes > was OR comes > NEW.value))
            OR (was = held.value AND comes <> NEW.value))) THEN
        {refuse("'a baseline that eases the target is proposed first, and approved by someone else'")}
    END IF;
    RETURN NEW;
""",  # noqa: S608 nothing in it is anyone's
    )


def turned() -> pgtrigger.Trigger:
    """Of KPIs: the direction stays where it says which values meet the target, and while a revision waits."""
    return pgtrigger.Trigger(
        name="turned",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("direction"),
        declare=[("base", "record"), ("aim", "record")],
        func=f"""
    IF NEW.direction = OLD.direction THEN
        RETURN NEW;
    ELSIF {_waiting("NEW.id")} THEN
        {refuse("'a revision of what this KPI must reach waits for its verdict'")}
    END IF;
    SELECT * INTO base FROM {_in_force("baseline", "NEW.id")} found;
    SELECT * INTO aim FROM {_in_force("target", "NEW.id")} found;
    IF (NEW.direction = 'down') <> (OLD.direction = 'down') AND (aim.kind = 'maintain'
            OR (aim.kind = 'absolute' AND base.value IS NULL)
            OR (aim.kind <> 'range' AND {_number("base.value")} = base.value)) THEN
        {refuse("'the direction says which values meet the target'")}
    END IF;
    RETURN NEW;
""",  # noqa: S608 nothing in it is anyone's
    )
