"""Making a database ready: what is not refused here would be migrated halfway."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from loa.box import prepare
from loa.box.saying import Refused

pytestmark = pytest.mark.django_db


def test_tables_of_an_unreleased_version_are_refused_by_name():
    MigrationRecorder(connection).record_applied("orgs", "0021_administrators_keep_bulletins_in_order")

    with pytest.raises(Refused, match=r"orgs\.0021_administrators_keep_bulletins_in_order"):
        prepare.refuse_tables_of_another_version()


def test_tables_of_this_version_and_strange_ones_of_others_are_not_refused():
    MigrationRecorder(connection).record_applied("province_report", "0007_anything")

    prepare.refuse_tables_of_another_version()
