"""No event is committed long after its moment."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0010_sealed_log"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="event",
            trigger=pgtrigger.compiler.Trigger(
                name="in_time",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    constraint="CONSTRAINT",
                    func="IF NEW.at < clock_timestamp() - interval '10 seconds' AND NOT EXISTS (SELECT FROM measures_event WHERE xid = NEW.xid AND cluster = NEW.cluster AND verb = 'import') THEN RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'an event is committed within 10 seconds of its moment: do it again'; END IF; RETURN NULL;",
                    hash="a58e132fa1079e96eb6a5c8e44986b683c6f2e80",
                    operation="INSERT",
                    pgid="pgtrigger_in_time_ac1b7",
                    table="measures_event",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
    ]
