"""The index of names holds no list of its own waiting to be put in order: the planner shuns an index that does."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orgs", "0007_leaders_take_archives_out")]

    operations = [
        migrations.RemoveIndex(model_name="unitversion", name="orgs_unit_version_named"),
        migrations.AddIndex(
            model_name="unitversion",
            index=GinIndex(
                OpClass("folded_name", name="gin_trgm_ops"), fastupdate=False, name="orgs_unit_version_named"
            ),
        ),
    ]
