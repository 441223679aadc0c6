from collections import Counter, defaultdict
from fractions import Fraction

import pytest

from loa.orgs import gazetteer
from loa.orgs.refusals import UnknownProvince
from loa.orgs.rules import Change


@pytest.fixture(scope="module")
def vinh_phuc():
    return gazetteer.reform_2025("26")


@pytest.fixture(scope="module")
def country():
    return gazetteer.reform_2025()


def test_vinh_phuc_goes_up_in_phu_tho_with_thirty_six_communes_and_without_districts(vinh_phuc):
    kinds = Counter(edge.kind for edge in vinh_phuc.edges)

    assert [(one.code, one.name, one.level) for one in vinh_phuc.opens] == [("25", "Tỉnh Phú Thọ", "province")]
    assert len(vinh_phuc.alters) == 36
    assert {one.parent for one in vinh_phuc.alters} == {"25"}
    assert len(vinh_phuc.closes) == 1 + 9 + (121 - 36)
    assert {
        edge.predecessor: edge.share_back for edge in vinh_phuc.edges if edge.successor == "25" and edge.share_back
    } == {"26": 1}
    assert kinds == {Change.CONTINUE: 36, Change.MERGE: 85 + 1, Change.ABOLISH: 9}


def test_a_known_commune_took_over_its_neighbors_and_has_a_new_name(vinh_phuc):
    joined = {edge.predecessor for edge in vinh_phuc.edges if edge.successor == "08707"}
    named = {one.code: one.name for one in vinh_phuc.alters}

    assert "08707" in joined
    assert joined == {"08707", "08713", "08722", "08731"}
    assert named["08707"] == "Phường Vĩnh Yên"


def test_the_three_provinces_together_open_nothing_and_make_a_hundred_and_forty_eight_communes():
    plan = gazetteer.reform_2025("17", "25", "26")

    assert plan.opens == ()
    assert len(plan.alters) == 148  # NQ 1676/NQ-UBTVQH15: 133 communes and 15 wards
    back = {edge.predecessor: edge.share_back for edge in plan.edges if edge.successor == "25"}
    assert {code: share for code, share in back.items() if share} == dict.fromkeys(("17", "25", "26"), Fraction(1, 3))


def test_the_country_goes_from_sixty_three_provinces_to_thirty_four_and_3321_communes(country):
    old = {code: sum(entry.level == "commune" for entry in gazetteer.read(code)) for code in gazetteer.province_names()}
    predecessors = {edge.predecessor for edge in country.edges}
    successors = {edge.successor for edge in country.edges}

    assert (len(old), sum(old.values())) == (63, 10_035)
    assert len(predecessors) == 63 + 696 + 10_035
    assert sorted(len(code) for code in successors) == [2] * 34 + [5] * 3_321
    assert [one.name for one in country.opens] == [
        "Đặc khu Bạch Long Vĩ",
        "Đặc khu Cồn Cỏ",
        "Đặc khu Hoàng Sa",
        "Đặc khu Lý Sơn",
        "Đặc khu Côn Đảo",
    ]


def test_all_parts_add_up_in_both_directions(country):
    given, taken = defaultdict(Fraction), defaultdict(Fraction)
    for edge in country.edges:
        given[edge.predecessor] += edge.share
        taken[edge.successor] += edge.share_back

    assert set(given.values()) == {1}
    assert set(taken.values()) == {1}


def test_only_the_471_divided_communes_are_estimates_and_every_code_goes_on_as_itself(country):
    guessed = {edge.predecessor for edge in country.edges if edge.is_estimate}
    own = {edge.predecessor for edge in country.edges if edge.predecessor == edge.successor}
    opened = {one.code for one in country.opens}

    assert len(guessed) == 471
    assert {edge.successor for edge in country.edges} - opened == own
    assert all(edge.share < 1 for edge in country.edges if edge.is_estimate)


def test_an_island_district_without_communes_becomes_its_special_zone(country):
    assert [edge.successor for edge in country.edges if edge.predecessor == "755"] == ["26732"]


def test_a_province_nobody_lists_is_refused():
    with pytest.raises(UnknownProvince):
        gazetteer.reform_2025("26", "00")


def test_the_order_keeps_communes_with_their_province():
    places = gazetteer.order()

    assert len(set(places.values())) == 34 + 3_321
    assert places["25"] < places["08707"] < places["31"]
