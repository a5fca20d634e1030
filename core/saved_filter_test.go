package core_test

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"gatehouse/core"
)

// Section 2, AU14: saved filters belong to one account, are found by screen, and write no event.
func TestSavedFilters(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	ana, ben := h.as("ana"), h.as("ben")
	n := h.countEvents()
	f := core.SavedFilter{Screen: "requests/waiting", Name: " Sam's ", Filter: "who:sam", Sort: "lapses", Desc: true}
	got := must(ana.SaveFilter(ctx, f))(t)
	if got.Name != "Sam's" || got.Version != 1 || got.Account != h.id("ana") {
		t.Errorf("saved %+v", got)
	}
	if again := must(ana.SaveFilter(ctx, f))(t); again.Version != 1 {
		t.Errorf("no change raised the version (F11): %+v", again)
	}
	f.Filter = "who:sue"
	must(ana.SaveFilter(ctx, f))(t)
	must(ana.SaveFilter(ctx, core.SavedFilter{Screen: "projects", Name: "old", Filter: "!demo"}))(t)
	if all := must(ana.SavedFilters(ctx, ""))(t); len(all) != 2 {
		t.Errorf("all: %+v", all)
	}
	if some := must(ana.SavedFilters(ctx, "requests/waiting"))(t); len(some) != 1 || some[0].Filter != "who:sue" || some[0].Version != 2 {
		t.Errorf("of the screen: %+v", some)
	}
	if others := must(ben.SavedFilters(ctx, ""))(t); len(others) != 0 {
		t.Errorf("Ben sees %+v", others)
	}
	allowed(t, ana.DeleteSavedFilter(ctx, "projects", "old"))
	allowed(t, ana.DeleteSavedFilter(ctx, "projects", "old"))
	if h.countEvents() != n {
		t.Error("bookkeeping wrote an event (AU14)")
	}
	for name, bad := range map[string]core.SavedFilter{
		"no name": {Screen: "projects"}, "long name": {Screen: "projects", Name: strings.Repeat("n", 51)},
		"no screen": {Name: "x"}, "screen": {Screen: "Projects\x00", Name: "x"},
		"long filter": {Screen: "projects", Name: "x", Filter: strings.Repeat("f", 201)},
		"control":     {Screen: "projects", Name: "x", Filter: "a\x1bb"},
	} {
		if _, err := ana.SaveFilter(ctx, bad); core.AsError(err).Code != core.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range 99 {
		must(ana.SaveFilter(ctx, core.SavedFilter{Screen: "projects", Name: strconv.Itoa(i)}))(t)
	}
	_, err := ana.SaveFilter(ctx, core.SavedFilter{Screen: "projects", Name: "one more"})
	refused(t, err, core.ReasonInvalidValue)
}
