"""Notes to passages of what was sent back, their answers, and reminders: they stand."""

import django.db.models.deletion
from django.db import migrations, models

import loa_protocol.uuid7

GUARDS = """
CREATE FUNCTION bulletins_mark_is_there() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    revision bulletins_revision;
BEGIN
    SELECT * INTO revision FROM bulletins_revision WHERE id = NEW.revision_id;
    IF revision.state NOT IN ('submitted', 'returned')
        OR NEW.quote <> substr(revision.text, NEW.begins + 1, NEW.ends - NEW.begins)
        OR length(NEW.quote) <> NEW.ends - NEW.begins
    THEN
        RAISE EXCEPTION 'bulletins_mark: the passage is not in what was handed in' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER bulletins_mark_is_there BEFORE INSERT ON bulletins_mark
    FOR EACH ROW EXECUTE FUNCTION bulletins_mark_is_there();
CREATE TRIGGER bulletins_mark_stands BEFORE UPDATE OR DELETE ON bulletins_mark
    FOR EACH ROW EXECUTE FUNCTION bulletins_stands();
CREATE TRIGGER bulletins_mark_never_emptied BEFORE TRUNCATE ON bulletins_mark
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_stands();
CREATE TRIGGER bulletins_mark_answer_stands BEFORE UPDATE OR DELETE ON bulletins_mark_answer
    FOR EACH ROW EXECUTE FUNCTION bulletins_stands();
CREATE TRIGGER bulletins_mark_answer_never_emptied BEFORE TRUNCATE ON bulletins_mark_answer
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_stands();
CREATE TRIGGER bulletins_reminder_stands BEFORE UPDATE OR DELETE ON bulletins_reminder
    FOR EACH ROW EXECUTE FUNCTION bulletins_stands();
CREATE TRIGGER bulletins_reminder_never_emptied BEFORE TRUNCATE ON bulletins_reminder
    FOR EACH STATEMENT EXECUTE FUNCTION bulletins_stands();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_demo_accounts"),
        ("bulletins", "0018_templates"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mark",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("begins", models.PositiveIntegerField()),
                ("ends", models.PositiveIntegerField()),
                ("quote", models.TextField()),
                ("note", models.CharField(max_length=500)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="marks", to="bulletins.revision"
                    ),
                ),
            ],
            options={
                "db_table": "bulletins_mark",
            },
        ),
        migrations.CreateModel(
            name="MarkAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.CharField(blank=True, max_length=500)),
                ("answered_at", models.DateTimeField()),
                (
                    "answered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "mark",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answer", to="bulletins.mark"
                    ),
                ),
            ],
            options={
                "db_table": "bulletins_mark_answer",
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("half", "half"), ("overdue", "overdue")], max_length=8)),
                ("noted_at", models.DateTimeField()),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="bulletins.step"
                    ),
                ),
            ],
            options={
                "db_table": "bulletins_reminder",
            },
        ),
        migrations.AddConstraint(
            model_name="mark",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends__gt", models.F("begins"))), name="bulletins_mark_is_somewhere"
            ),
        ),
        migrations.AddConstraint(
            model_name="mark",
            constraint=models.CheckConstraint(
                condition=models.Q(("note", ""), _negated=True), name="bulletins_mark_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(fields=("step", "kind"), name="bulletins_reminder_once"),
        ),
        migrations.RunSQL(GUARDS),
    ]
