def test_each_person_of_the_world_sees_what_their_role_brings(world):
    assert world.officer.can("bulletins.write", world.hamlet.path)
    assert not world.officer.sees(world.other_commune.path)
    assert world.province_editor.can("bulletins.write", world.other_commune.path)
    assert world.leader.can("bulletins.approve", world.commune.path)
    assert not world.outsider.sees(world.province.path)
    assert set(world.citizen.grants) == {"accounts.own"}
