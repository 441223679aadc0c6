"""Columns for a chain per unit and day. Entries without a position stay in the one chain there was."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_guards_without_a_switch")]

    operations = [
        migrations.AddField("entry", "chain", models.TextField(default="", db_default="", db_collation="C")),
        migrations.AddField("entry", "day", models.DateField(null=True)),
        migrations.AddField("entry", "position", models.BigIntegerField(null=True)),
        migrations.AddField("entry", "txid", models.BigIntegerField(default=0, db_default=0)),
        migrations.AddField("entry", "db_role", models.TextField(default="", db_default="")),
        migrations.AddField("entry", "change_ids", models.TextField(default="", db_default="")),
        migrations.AddField("entry", "changes", models.PositiveIntegerField(default=0, db_default=0)),
        migrations.AddField(
            "entry", "changes_sha256", models.CharField(max_length=64, default="", db_default="", blank=True)
        ),
        migrations.RemoveConstraint("entry", "audit_entry_one_successor"),
        migrations.AddConstraint(
            "entry",
            models.UniqueConstraint(
                fields=["previous"], condition=models.Q(position=None), name="audit_entry_one_successor"
            ),
        ),
        migrations.AddConstraint(
            "entry", models.UniqueConstraint(fields=["chain", "day", "position"], name="audit_entry_one_place")
        ),
        migrations.AddIndex("entry", models.Index("txid", "id", name="audit_entry_settled")),
        migrations.AddIndex("entry", models.Index("actor_id", "id", name="audit_entry_actor")),
    ]
