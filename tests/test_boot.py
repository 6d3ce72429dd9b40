def test_the_town_stands(walsden, browse):
    me = walsden.me(walsden.asha)
    assert me.is_neighbour(walsden.walsden.id)
    assert me.neighbourhood == "Walsden"
    assert not me.is_colleague
    assert walsden.me(walsden.denise).is_colleague


def test_a_stranger_is_asked_to_sign_in(walsden, browse):
    assert browse().get("/account/").status_code == 303
    assert browse(walsden.asha).get("/account/").status_code == 200
