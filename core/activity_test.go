package core_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// TestActivityReaders checks AU7: who reads which chain, and the events of a project and of the own account alone.
func TestActivityReaders(t *testing.T) {
	h := newFixture(t)
	h.addAccount("rex", "rex@acme.test")
	h.addMember(h.acme.Ref(), "rex", core.RoleDefault)
	h.addUser(h.etl, "rex", core.RoleGuest)
	must(h.as("ana").CreateProject(ctx, h.acme, "Churn", ""))(t)                     // organization
	must(h.as("pia").RenameProject(ctx, h.etl, 0, "Nightly load"))(t)                // the project
	must(h.as("lea").SetMaintainerContact(ctx, h.partnerOne, 0, "desk@one.test"))(t) // maintainer
	must(h.as("otto").RenameAccount(ctx, "Otto O."))(t)                              // system, about Otto
	must(h.as("sam").SetAccountExpiry(ctx, h.id("sue"), h.in(200*core.Day)))(t)      // system, about Sue
	for _, c := range []struct{ who, want string }{
		{"sam", "account.expiry_set account.rename maintainer.contact_set project.rename project.create"},
		{"lea", "maintainer.contact_set project.rename project.create"},
		{"ana", "project.rename project.create"},
		{"pia", "project.rename"},
		{"rex", ""},
		{"otto", "account.rename"},
	} {
		page := must(h.as(c.who).Activity(ctx, core.ActivityQuery{}))(t)
		if got := actions(page.Items); got != sorted(c.want) || page.Total != len(page.Items) {
			t.Errorf("%s reads %q of %d, want %q", c.who, got, page.Total, c.want)
		}
	}
	for who, unit := range map[string]core.Unit{"rex": h.etl.Ref(), "lea": {}, "pia": h.acme.Ref(), "ana": h.partnerOne.Ref(), "otto": h.etl.Ref()} {
		want := map[string]core.Reason{"rex": core.ReasonRoleRestricted, "pia": core.ReasonForbidden, "ana": core.ReasonForbidden, "otto": core.ReasonForbidden}[who]
		if _, err := h.as(who).Activity(ctx, core.ActivityQuery{Unit: unit}); core.ReasonOf(err) != want {
			t.Errorf("%s about %s: %v, want %q", who, unit, err, want)
		}
	}
	own := must(h.as("otto").Activity(ctx, core.ActivityQuery{Unit: core.System}))(t)
	if len(own.Items) != 1 || own.Items[0].Who != "otto@elsewhere.test" {
		t.Errorf("Otto reads of the system %+v", own.Items)
	}
}

// TestActivityOfTheOwnAccount checks that who is no longer Support reads of the system what is about the own account,
// and not what it once did to others (AU7).
func TestActivityOfTheOwnAccount(t *testing.T) {
	h := newFixture(t)
	must(h.as("sam").SetAccountExpiry(ctx, h.id("sue"), h.in(200*core.Day)))(t)
	must(h.as("sam").RenameAccount(ctx, "Samuel"))(t)
	must(h.as("sue").SetSupport(ctx, h.id("sam"), false, 0))(t)
	for _, q := range []core.ActivityQuery{{}, {Unit: core.System}, {By: h.id("sam")}} {
		want := "account.rename account.support_take"
		if q.By != nil {
			want = "account.rename"
		}
		if got := actions(must(h.as("sam").Activity(ctx, q))(t).Items); got != want {
			t.Errorf("%+v: Sam reads %q, want %q", q, got, want)
		}
	}
}

// actions are sorted: events of one moment in several chains have no order that a test may ask for.
func actions(events []core.EventView) string {
	var out []string
	for _, e := range events {
		out = append(out, string(e.Action))
	}
	return sorted(strings.Join(out, " "))
}

func sorted(words string) string {
	w := strings.Fields(words)
	slices.Sort(w)
	return strings.Join(w, " ")
}

// TestActivityOrderAndBounds checks that merged chains come newest first in any page size, and the bounds of time,
// person and action (AU1).
func TestActivityOrderAndBounds(t *testing.T) {
	suite.Sequential(t)
	h := newFixture(t)
	beta := h.addOrganization(h.partnerOne, "Beta")
	h.addMember(beta.Ref(), "ben", core.RoleDefault, core.RoleAdmin)
	marks := []core.Moment{}
	for i := range 30 {
		h.clock.move(time.Minute)
		marks = append(marks, h.now())
		switch i % 3 {
		case 0:
			must(h.as("ben").RenameOrganization(ctx, beta, 0, fmt.Sprintf("Beta %d", i)))(t)
		case 1:
			must(h.as("ana").RenameOrganization(ctx, h.acme, 0, fmt.Sprintf("Acme %d", i)))(t)
		default:
			must(h.as("lea").RenameMaintainer(ctx, h.partnerOne, 0, fmt.Sprintf("Partner %d", i)))(t)
		}
	}
	for _, who := range []string{"sam", "lea"} {
		list := func(q core.Query) (core.Page[core.EventView], error) {
			return h.as(who).Activity(ctx, core.ActivityQuery{Query: q})
		}
		for _, limit := range []int{1, 4, 7, 50} {
			for _, desc := range []bool{false, true} {
				for _, rows := range [][]core.EventView{
					allPages(t, limit, list, core.Query{Desc: desc}), allPagesBack(t, limit, list, core.Query{Desc: desc}),
				} {
					if len(rows) != 30 {
						t.Fatalf("%s by %d: %d events", who, limit, len(rows))
					}
					if !slices.IsSortedFunc(rows, func(a, b core.EventView) int {
						if desc {
							a, b = b, a
						}
						return int(b.Time - a.Time)
					}) {
						t.Fatalf("%s by %d: not in the order of time", who, limit)
					}
				}
			}
		}
		for _, q := range []core.ActivityQuery{{Since: marks[10], Until: marks[20]}, {Since: marks[10], Until: marks[20], Query: core.Query{Back: true}}} {
			page := must(h.as(who).Activity(ctx, q))(t)
			if len(page.Items) != 10 || page.Items[0].Time != marks[19] || page.Items[9].Time != marks[10] {
				t.Errorf("%s between two moments: %d events", who, len(page.Items))
			}
		}
		one := must(h.as(who).Activity(ctx, core.ActivityQuery{Unit: beta.Ref(), Since: marks[3], Until: marks[9]}))(t)
		if len(one.Items) != 2 {
			t.Errorf("%s in one chain between two moments: %d events", who, len(one.Items))
		}
		if page := must(h.as(who).Activity(ctx, core.ActivityQuery{By: h.id("ben")}))(t); len(page.Items) != 10 {
			t.Errorf("%s by Ben: %d events", who, len(page.Items))
		}
		if page := must(h.as(who).Activity(ctx, core.ActivityQuery{Action: "maintainer."}))(t); len(page.Items) != 10 {
			t.Errorf("%s by action: %d events", who, len(page.Items))
		}
		if page := must(h.as(who).Activity(ctx, core.ActivityQuery{Query: core.Query{Filter: "about:beta"}}))(t); len(page.Items) != 10 {
			t.Errorf("%s by filter: %d events", who, len(page.Items))
		}
	}
	if page := must(h.as("pia").Activity(ctx, core.ActivityQuery{By: h.id("ben")}))(t); len(page.Items) != 0 {
		t.Error("Pia reads what Ben did elsewhere")
	}
}

// TestActivityNames checks that readers see present names (AU13).
func TestActivityNames(t *testing.T) {
	h := newFixture(t)
	must(h.as("sam").JoinProject(ctx, h.etl, ptr(entry())))(t)
	must(h.as("pia").RenameProject(ctx, h.etl, 0, "Daily ETL"))(t)
	h.editAccount("sam", func(a *core.Account) { a.Email = "samuel@support.test" })
	page := must(h.as("pia").Activity(ctx, core.ActivityQuery{Unit: h.etl.Ref()}))(t)
	if e := page.Items[len(page.Items)-1]; e.Who != "samuel@support.test" || !strings.Contains(e.About, "Daily ETL") {
		t.Errorf("the event reads %q about %q", e.Who, e.About)
	}
}

// TestVerifyChain plants each sort of fault and expects the first broken sequence (AU12).
func TestVerifyChain(t *testing.T) {
	suite.Sequential(t)
	build := func(t *testing.T) (*fixture, core.Ref) {
		h := newFixture(t)
		for i := range 1_200 {
			must(h.as("ana").RenameOrganization(ctx, h.acme, 0, fmt.Sprintf("Acme %d", i)))(t)
		}
		return h, h.acme.Ref()
	}
	h, chain := build(t)
	calls := 0
	v := must(h.as("lea").VerifyChain(ctx, chain, func(done, total int) {
		if calls++; done > total || total != 1_200 {
			t.Errorf("progress %d of %d", done, total)
		}
	}))(t)
	if !v.OK || v.Events != 1_200 || v.Problem != "" || calls < 3 {
		t.Errorf("the whole chain: %+v after %d calls", v, calls)
	}
	refused(t, second(h.as("pia").VerifyChain(ctx, chain, nil)), core.ReasonForbidden)
	refused(t, second(h.as("ana").VerifyChain(ctx, core.System, nil)), core.ReasonForbidden)

	event := func(tx core.Tx, n uint64) core.Event {
		e, _, err := tx.Events().Get(core.EventKey{Chain: chain, Sequence: n})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	for name, c := range map[string]struct {
		plant  func(core.Tx) error
		broken uint64
	}{
		"changed": {func(tx core.Tx) error {
			e := event(tx, 700)
			e.Reason = "another"
			return tx.Events().Put(e)
		}, 700},
		"changed with its hash": {func(tx core.Tx) error {
			e := event(tx, 700)
			e.Reason = "another"
			e.Hash = e.ComputeHash()
			return tx.Events().Put(e)
		}, 701},
		"taken away":  {func(tx core.Tx) error { return tx.Events().Delete(core.EventKey{Chain: chain, Sequence: 500}) }, 500},
		"first gone":  {func(tx core.Tx) error { return tx.Events().Delete(core.EventKey{Chain: chain, Sequence: 1}) }, 1},
		"newest gone": {func(tx core.Tx) error { return tx.Events().Delete(core.EventKey{Chain: chain, Sequence: 1_200}) }, 1_200},
		"head moved": {func(tx core.Tx) error {
			return tx.Heads().Put(core.Head{Chain: chain, Sequence: 1_199, Hash: event(tx, 1_199).Hash})
		}, 1_200},
		"head of another": {func(tx core.Tx) error {
			return tx.Heads().Put(core.Head{Chain: chain, Sequence: 1_200, Hash: event(tx, 3).Hash})
		}, 1_200},
		"swapped": {func(tx core.Tx) error {
			a, b := event(tx, 10), event(tx, 11)
			a.Sequence, b.Sequence = b.Sequence, a.Sequence
			if err := tx.Events().Put(a); err != nil {
				return err
			}
			return tx.Events().Put(b)
		}, 10},
	} {
		t.Run(name, func(t *testing.T) {
			var before []core.Event
			var head core.Head
			h.get(func(tx core.Tx) error {
				for n := range uint64(1_200) {
					before = append(before, event(tx, n+1))
				}
				var err error
				head, _, err = tx.Heads().Get(chain)
				return err
			})
			h.put(c.plant)
			v := must(h.as("ana").VerifyChain(ctx, chain, nil))(t)
			if v.OK || v.FirstBroken != c.broken || v.Problem == "" {
				t.Errorf("%+v, want %d", v, c.broken)
			}
			faults := invariantFaults(t, h)
			if len(faults) == 0 || !strings.Contains(strings.Join(faults, " "), "AU12") {
				t.Errorf("the checker reports %q", faults)
			}
			h.put(func(tx core.Tx) error { // mend it
				for _, e := range before {
					if err := tx.Events().Put(e); err != nil {
						return err
					}
				}
				return tx.Heads().Put(head)
			})
		})
	}
}

// TestChainsAndExport checks which chains somebody may read, and that an export holds every field and stands in the
// log itself (AU7, AU5, X4).
func TestChainsAndExport(t *testing.T) {
	h := newFixture(t)
	must(h.as("ana").CreateProject(ctx, h.acme, "Churn", ""))(t)
	must(h.as("lea").SetMaintainerContact(ctx, h.partnerOne, 0, "desk@one.test"))(t)
	must(h.as("otto").RenameAccount(ctx, "Otto <O.>"))(t)
	for who, want := range map[string]string{
		"sam": "system, maintainer/1, organization/1", "lea": "maintainer/1, organization/1", "ana": "organization/1", "otto": "", "pia": "",
	} {
		heads := must(h.as(who).Chains(ctx))(t)
		if got := names(heads, func(h core.Head) string { return h.Chain.String() }); got != want {
			t.Errorf("%s reads %q, want %q", who, got, want)
		}
	}
	var out bytes.Buffer
	allowed(t, h.as("ana").ExportActivity(ctx, h.acme.Ref(), &out))
	previous, n := core.FirstPrevious, 0
	for line := range strings.Lines(out.String()) {
		var e core.Event
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		if e.Previous != previous || e.Hash != e.ComputeHash() {
			t.Errorf("the exported event %d cannot be checked", e.Sequence)
		}
		previous = e.Hash
		n++
	}
	if n != 2 || !strings.Contains(out.String(), `"action":"audit.export"`) {
		t.Errorf("%d events are exported: %s", n, out.String())
	}
	out.Reset()
	allowed(t, h.as("sam").ExportActivity(ctx, core.Ref{}, &out))
	if n := strings.Count(out.String(), "\n"); n != 5 {
		t.Errorf("all chains have %d events:\n%s", n, out.String())
	}
	refused(t, h.as("pia").ExportActivity(ctx, h.acme.Ref(), &out), core.ReasonForbidden)
	refused(t, h.as("ana").ExportActivity(ctx, core.System, &out), core.ReasonForbidden)

	gone := must(h.as("lea").CreateOrganization(ctx, h.partnerOne, "Gone"))(t)
	allowed(t, h.as("lea").DeleteOrganization(ctx, gone.ID, 0))
	last := func(who string) core.Ref {
		heads := must(h.as(who).Chains(ctx))(t)
		return heads[len(heads)-1].Chain
	}
	if last("sam") != gone.ID.Ref() || last("lea") == gone.ID.Ref() {
		t.Error("the chain of a deleted organization stays, for Support (AU6)")
	}
}
