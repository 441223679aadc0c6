"""Names of any day are found by three letters in a row."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0001_initial"),
        ("orgs", "0018_administrators_keep_the_record"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="unitversion",
            index=GinIndex(OpClass("folded_name", name="gin_trgm_ops"), name="orgs_unit_version_named"),
        ),
    ]
