def test_a_release_purges_the_page_that_changed(cloud):
    home = "http://www.example.com/"
    cloud.publish(home, "v1")
    cloud.up()
    cloud.visit(home)

    cloud.publish(home, "v2")
    cloud.configure({"release": "v2"})
    assert cloud.preview()["pages"]["targetCount"] == 1
    cloud.up()
    assert len(cloud.requests("PurgeCaches")) == 1
    assert cloud.visit(home)["body"] == "v2"
