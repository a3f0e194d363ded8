package site

import "testing"

func TestAReleasePurgesThePageThatChanged(t *testing.T) {
	const home = "http://www.example.com/"
	cloud := newCloud(t)
	cloud.Publish(home, "v1")
	cloud.Up()
	cloud.Visit(home)

	cloud.Publish(home, "v2")
	cloud.Configure("release", "v2")
	if plan := cloud.Preview()["pages"]; plan.TargetCount != 1 || plan.Calls != 1 {
		t.Errorf("the plan is %+v", plan)
	}
	cloud.Up()
	if calls := cloud.Requests("PurgeCaches"); len(calls) != 1 {
		t.Errorf("sent %d calls", len(calls))
	}
	if visit := cloud.Visit(home); visit.Body != "v2" {
		t.Errorf("a visitor gets %+v", visit)
	}
}
