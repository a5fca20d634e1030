package screen_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/core/suite"
	"gatehouse/storage"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/driver"
	"gatehouse/tui/form"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen/screentest"
	"gatehouse/tui/screen/start"
)

const (
	manyRoles   = 130
	manyMembers = 321
	manyUnits   = 104 // organizations, and tickets of Nightly ETL
)

var big struct {
	sync.Once
	*screentest.House
}

// bigHouse is a house as large as those that were brought in: 130 roles, 321 members, 104 organizations and open tickets.
// It is built once, and nothing that looks at it changes it.
func bigHouse(t *testing.T) *screentest.House {
	t.Helper()
	big.Do(func() {
		store, err := storage.Open(context.Background(), "memory:", storage.Options{})
		if err != nil {
			t.Fatal(err)
		}
		h := screentest.New(t, store)
		full(t, h)
		fill(t, h)
		big.House = h
	})
	if big.House == nil {
		t.Fatal("the big house could not be built")
	}
	return big.House
}

// fill adds the many: as records, past the rules, which are the same for one and for hundreds.
func fill(t *testing.T, h *screentest.House) {
	t.Helper()
	ctx := context.Background()
	for n := 0; ; n++ {
		page, err := h.As("ana").Roles(ctx, h.Acme, core.Query{Limit: 500})
		h.Must(err)
		if len(page.Items) >= manyRoles {
			break
		}
		for range manyRoles - len(page.Items) {
			_, err := h.As("ana").CreateRole(ctx, h.Acme, fmt.Sprintf("team %03d", n), "Works on part "+fmt.Sprint(n))
			h.Must(err)
			n++
		}
	}
	page, err := h.As("ana").Members(ctx, h.Acme.Ref(), core.Query{Limit: 500})
	h.Must(err)
	left := manyMembers - len(page.Items)
	h.Must(h.Store().Update(ctx, func(tx core.Tx) error {
		for n := range left {
			if err := putMember(tx, h, n); err != nil {
				return err
			}
		}
		for n := range manyUnits {
			id, err := tx.NextID(core.KindOrganization)
			if err != nil {
				return err
			}
			o := core.Organization{
				ID: core.OrganizationID(id), Version: 1, Name: fmt.Sprintf("Org %03d", n), Maintainer: h.PartnerOne,
				State: core.UnitActive, Created: h.Now(),
			}
			if err := tx.Organizations().Put(o); err != nil {
				return err
			}
		}
		return nil
	}))
	for n := range manyUnits {
		_, err := h.As("pia").OpenTicket(ctx, h.ETL, core.TicketInput{Subject: fmt.Sprintf("Load %03d fails", n), Body: "Why?"})
		h.Must(err)
	}
}

func putMember(tx core.Tx, h *screentest.House, n int) error {
	id, err := tx.NextID(core.KindAccount)
	if err != nil {
		return err
	}
	a := core.Account{
		ID: core.AccountID(id), Version: 1, Email: fmt.Sprintf("p%03d@acme.test", n), Name: fmt.Sprintf("Person %03d", n),
		State: core.AccountActive, Confirmed: true, Created: h.Now(),
	}
	if err := tx.Accounts().Put(a); err != nil {
		return err
	}
	roles := []string{core.RoleDefault}
	if n%100 == 5 {
		roles = append(roles, "TEAM_120")
	}
	return tx.Memberships().Put(core.Membership{
		Unit: h.Acme.Ref(), Account: a.ID, Version: 1, Since: h.Now(), Origin: core.OriginAdded, Inviter: h.People["ana"], Roles: roles,
	})
}

// walked are cards that the walk must have come by; others come along.
var walked = []string{
	"member.role", "member.add", "role.members", "unit.move", "unit.join", "grant.add", "bucket.share", "ticket.open", "request.approve",
}

// walkers are who walks, and over which pages: those of their names.
var walkers = map[string][]string{
	"ana": {""}, "sam": {"account", "activity", "inbox", "maintainer", "organizations", "org", "projects", "project", "requests", "ticket"},
	"lea": {"maintainer", "org", "ticket"}, "pia": {"project", "bucket", "ticket", "request", "visit"},
}

// passed are actions that the walk leaves out: they change something at once, or end the session.
var passed = map[string]bool{
	"app.quit": true, "app.undo": true, "list.filter": true, "list.filter-exact": true, "list.filter-not": true,
}

// walk is a walk of one person over one page.
type walk struct {
	*testing.T
	d     *driver.Driver
	where string
}

// TestEveryFormAndMenuHoldsMany: in a house with 130 roles and 321 members, every form and menu of every page can be
// searched, holds what is set first, chooses nothing at a digit, and cuts nothing without a word, at 120x40 and 60x16
// (F3, F4, F10; issue 9, B7).
func TestEveryFormAndMenuHoldsMany(t *testing.T) {
	suite.Sequential(t)
	began := time.Now()
	h := bigHouse(t)
	built := time.Since(began)
	before := events(t, h)
	seen, looked := map[string]bool{}, map[string]bool{}
	people := []string{"ana", "sam", "lea", "pia"}
	if testing.Short() {
		people = people[:1]
	}
	for _, who := range people {
		s := h.Session(t)
		s.Actor = h.As(who)
		for _, c := range app.Contexts(s, h.Kinds(s, start.Options{})) {
			link := deepLink(c.Name)
			if link == "" || !slices.ContainsFunc(walkers[who], func(front string) bool { return strings.HasPrefix(c.Name, front) }) {
				continue
			}
			d := h.Open(t, who, link)
			page := d.Page()
			for _, a := range c.Actions {
				at := c.Name + " " + a.ID
				if a.ID != "list.open" && (strings.HasPrefix(a.ID, "app.") || strings.HasPrefix(a.ID, "list.")) {
					at = a.ID // the same everywhere
				}
				if passed[a.ID] || looked[at] || !a.Shown() || a.Group == keymap.GroupMove {
					continue
				}
				looked[at] = looked[at] || at == a.ID
				if len(a.Keys) > 0 {
					d.Press(a.Keys[0])
				} else {
					d.Press(":").Paste(a.Label()).Press("enter")
				}
				if d.Model().Card() != nil {
					seen[a.ID], looked[at] = true, true
					w := walk{t, d, fmt.Sprintf("%s, %s, %s", who, c.Name, a.ID)}
					w.card()
				}
				if t.Failed() {
					return
				}
				if a.ID != "list.open" && d.Page() != page {
					passed[a.ID] = true // it leads to another page
				}
				if d.Page() != page {
					d = h.Open(t, who, link)
				}
			}
		}
	}
	t.Logf("%v building, %v walking", built, time.Since(began)-built)
	for _, id := range walked {
		if testing.Short() {
			break
		}
		if !seen[id] {
			t.Errorf("%s opened nothing", id)
		}
	}
	t.Logf("%d cards: %s", len(seen), strings.Join(slices.Sorted(maps.Keys(seen)), " "))
	for action, n := range events(t, h) {
		if n != before[action] && !strings.HasSuffix(string(action), "view") { // that somebody looked is told of some pages
			t.Errorf("looking made %d events %s", n-before[action], action)
		}
	}
}

// deepLink opens the page of a context: of the first record where it is about one.
func deepLink(context string) string {
	kind, tab, _ := strings.Cut(context, "/")
	id := "-"
	switch kind {
	case "org", "project", "maintainer", "request", "visit", "ticket", "bucket", "invitation":
		id = "1"
	case "begin", "who", "anybody", "become":
		return ""
	}
	return strings.TrimSuffix(kind+"/"+id+"/"+tab, "/")
}

func events(t *testing.T, h *screentest.House) map[core.Action]int {
	t.Helper()
	all := map[core.Action]int{}
	h.Must(h.Store().View(context.Background(), func(tx core.Tx) error {
		_, err := tx.Events().Scan(core.Scan{}, func(e core.Event) (bool, error) {
			all[e.Action]++
			return true, nil
		})
		return err
	}))
	return all
}

// card looks at the card on top in both sizes, and closes it.
func (w walk) card() {
	w.Helper()
	for _, size := range [][2]int{{120, 40}, {60, 16}} {
		w.d.Resize(size[0], size[1])
		w.whole()
		switch c := w.d.Model().Card().(type) {
		case *card.Menu:
			w.menu(c)
		case *form.Form:
			w.form(c)
		}
	}
	w.d.Resize(120, 40)
	for range 4 {
		if w.d.Model().Card() == nil {
			return
		}
		w.d.Press("esc")
	}
	w.Fatalf("%s: the card does not close:\n%s", w.where, w.d.Frame())
}

// whole: what does not fit says how much more there is.
func (w walk) whole() {
	w.Helper()
	c := w.d.Model().Card()
	if _, ok := c.(*card.Menu); ok {
		return // it counts its items
	}
	all := c.View(w.d.Model().Session().Look, 54, 10_000).Lines
	for len(all) > 0 && strings.TrimSpace(all[len(all)-1]) == "" {
		all = all[:len(all)-1]
	}
	f := w.d.Frame() // draws it as it was
	if height := strings.Count(f, "\n") - 4; len(all) > height && !strings.Contains(f, " more") {
		w.Errorf("%s: %d lines in %d, and nothing says so:\n%s", w.where, len(all), height, f)
	}
}

func (w walk) menu(m *card.Menu) {
	w.Helper()
	if len(m.Items) <= 9 && !m.More && !m.Gives {
		return
	}
	n := len(m.Items)
	last := m.Items[n-1].Label
	if first := m.Items[0]; m.Gives && strings.Contains(m.Items[n-1].Note, "take it away") && !strings.Contains(first.Note, "take it away") {
		w.Errorf("%s: what is held stands last", w.where)
	}
	if m.More {
		w.d.Expect("more: type to find")
	} else {
		w.d.Expect(fmt.Sprintf("of %d", n))
	}
	w.d.Press("3")
	if w.d.Model().Card() != card.Card(m) {
		w.Fatalf("%s: a digit chose:\n%s", w.where, w.d.Frame())
	}
	w.d.Press("ctrl+u")
	if got := len(m.Items); got != n {
		w.Errorf("%s: %d of %d items are left behind a search", w.where, got, n)
	}
	w.d.Paste(last).Expect(strings.Fields(last)[0])
	if len(m.Items) == 0 || len(m.Items) == n {
		w.Errorf("%s: %q leaves %d of %d", w.where, last, len(m.Items), n)
	}
	w.d.Press("ctrl+u")
}

func (w walk) form(f *form.Form) {
	w.Helper()
	toggles, many := 0, false
	for _, x := range f.Fields {
		if x.Kind == form.Toggle {
			toggles++
		}
		many = many || len(x.Options) > 9
	}
	if toggles > 9 {
		w.Errorf("%s: %d switches and no way to look for one", w.where, toggles)
	}
	for n := 0; many && n < len(f.Fields)+2; n++ {
		if x := f.Focused(); x != nil && len(x.Options) > 9 {
			w.options(f, x)
		}
		w.d.Press("tab")
	}
}

// options looks at a field that is looked through by typing.
func (w walk) options(f *form.Form, x *form.Field) {
	w.Helper()
	n := len(x.Options)
	before := f.Values()[x.Name]
	w.d.Expect("find ", fmt.Sprintf("of %d", n))
	first := strings.Split(before, ",")[0]
	for _, o := range x.Options {
		if first != "" && o.Value == first {
			w.d.Expect("[x] " + o.Label[:min(len(o.Label), 8)])
		}
	}
	if !strings.Contains(w.d.Frame(), "more") {
		w.Errorf("%s: %s shows not all of %d and does not say so:\n%s", w.where, x.Label, n, w.d.Frame())
	}
	w.d.Press("3")
	if got := f.Values()[x.Name]; got != before || f.Focused() != x {
		w.Errorf("%s: a digit made %q of %q", w.where, got, before)
	}
	w.d.Press("ctrl+u").Paste(x.Options[n-1].Label).Expect(strings.Fields(x.Options[n-1].Label)[0])
	w.d.Press("ctrl+u")
}
