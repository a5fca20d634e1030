package home_test

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/tui/app"
	"gatehouse/tui/driver"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/screen/home"
	"gatehouse/tui/screen/request"
	"gatehouse/tui/screen/screentest"
)

func house(t *testing.T) *screentest.House {
	t.Helper()
	store, err := storage.Open(context.Background(), "memory:", storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return screentest.New(t, store)
}

// kinds are home and what its rows open; the pages of units stand in as empty ones.
func kinds() []*app.Kind {
	all := append(home.Kinds(), request.Kinds()...)
	for _, name := range []string{"project", "organization", "maintainer", "activity", "account", "ticket"} {
		all = append(all, &app.Kind{Name: name, Title: name, Make: func(*app.Env, app.Page) app.Screen { return blank{} }})
	}
	return all
}

func open(t *testing.T, h *screentest.House, who string) *driver.Driver {
	t.Helper()
	return h.Driver(t, kinds(), who, app.Page{Kind: "home"})
}

// TestWaiting: what waits for me is decided at home, and leaves.
func TestWaiting(t *testing.T) {
	h := house(t)
	h.AutoJoin(false)
	h.Request("sam", h.ETL, screentest.Incident)
	h.Request("lea", h.ETL, "Quarterly review")
	d := open(t, h, "pia")
	d.Expect("2 wait for you", "Waiting for your decision 2").ExpectLine("▌", "🐙 sam@support.test", "Nightly ETL", "for 4 h", "INC-41")
	d.Press("A").Expect("Approve request 1?").Press("enter").AwaitChange().Expect("1 waits for you", "Visits").ExpectLine("lea@partner-one.test", "Quarterly review")
	d.Press("D").Expect("Reject request 2?", "Note").Press("esc")
	d.Press("E").Expect("Approve request 2 for another time").Press("esc")
	d.Press("W").Expect("The checks, in order").Press("esc")
	d.Press("L").Expect("Works on own visits.").Press("esc")
	if got := d.Press("Y").Frame(); !strings.Contains(got, "gatehouse request approve 2") {
		t.Errorf("no command:\n%s", got)
	}
	d.Press("esc", "enter").Expect("Request 2").Press("h").Expect("Waiting for your decision")
}

// TestOwn: own requests and visits, with what can be done about them.
func TestOwn(t *testing.T) {
	h := house(t)
	h.AutoJoin(false)
	h.Request("sam", h.ETL, screentest.Incident)
	d := open(t, h, "sam")
	d.Expect("Your requests").ExpectLine("▌", "● waiting", "Nightly ETL", "lapses in 3 d", "INC-41").Press("x").Expect("Withdraw request 1?").Press("esc")
	_, err := h.As("pia").ApproveRequest(context.Background(), 1, 0, core.Term{})
	h.Must(err)
	d.AwaitChange().ExpectNot("Your requests").Expect("1 own visit").ExpectLine("● you", "Nightly ETL", "INC-41")
	d.Press("g", "E").Expect("Ask to stay longer in Nightly ETL").Press("esc").Press("W").Expect("You are inside as admin until").Press("esc")
	d.Press("L").Expect("Leave Nightly ETL?").Press("tab", "enter").AwaitChange().ExpectNot("● you")
}

// TestEnding: visits that I may end and that are about to, projects about to expire, people without MFA.
func TestEnding(t *testing.T) {
	h := house(t)
	ctx := context.Background()
	_, err := h.As("sam").JoinProject(ctx, h.ETL, &core.Entry{Reason: "Look at the load", Term: core.Term{For: 120}})
	h.Must(err)
	_, err = h.As("ana").CreateProject(ctx, h.Acme, "Trial", "demo")
	h.Must(err)
	h.EnrolMFA("ana")
	_, err = h.As("ana").RequireMFA(ctx, h.Acme, 0, true)
	h.Must(err)
	d := open(t, h, "ana")
	d.Expect("Visits", "Projects that end within a week", "MFA is required, and missing").ExpectLine("🐙 sam@support.test", "Nightly ETL", "ends in 2 h", "Look at the load")
	d.ExpectLine("Trial", "Acme", "in 2 d !").ExpectLine("Acme", "locked out")
	d.Press("x").Expect("End visit 1 now?").Press("esc")
	d.Press("j", "enter")
	if p := d.Page(); p.Kind != "project" {
		t.Errorf("at %v", p)
	}
	d.Press("h", "j", "enter")
	if p := d.Page(); p.Kind != "organization" || p.Tab != "members" && p.ID == "" {
		t.Errorf("at %v", p)
	}
	h.Tick(2 * time.Hour)
	d.AwaitChange().Press("h").ExpectNot("Look at the load")
}

// TestCalm: with nothing to do it says so; who belongs nowhere learns what happens next (H10).
func TestCalm(t *testing.T) {
	h := house(t)
	open(t, h, "pia").Expect("✓ Nothing needs you now.", "0 wait for you", "1 project", "Latest activity")
	d := open(t, h, "otto")
	d.Expect("You belong to no organization and no project yet.")
	d.Press(strings.Fields("A E D x W L J y space v * \\ w o / ? esc j k g G ctrl+d ctrl+u ctrl+f ctrl+b tab r P P p")...)
	if d.Quit() || d.Page().Kind != "home" {
		t.Errorf("at %v", d.Page())
	}
	d.Press("G", "enter")
	if p := d.Page(); p.Kind != "activity" {
		t.Errorf("an event without a unit opens %v", p)
	}
}

// TestRowsOpen: every row of every block leads somewhere.
func TestRowsOpen(t *testing.T) {
	h := house(t)
	h.Strange()
	h.Request("sam", h.ETL, screentest.Incident)
	for _, who := range []string{"ana", "sam", "pia", "lea"} {
		d := open(t, h, who)
		for i := range 14 {
			d.Press("g")
			for range i {
				d.Press("j")
			}
			d.Press("enter")
			if p := d.Page(); p.Kind == "home" {
				t.Errorf("%s: row %d opens nothing:\n%s", who, i, d.Frame())
			}
			d.Press("h")
		}
	}
}

// TestMouse: a click selects, a second one opens.
func TestMouse(t *testing.T) {
	h := house(t)
	h.Strange()
	d := open(t, h, "ana")
	d.Press("M").Click(30, 7).ExpectLine("▌", "max@partner-one.test").Click(30, 7)
	if p := d.Page(); p.Kind != "request" || p.ID != "3" {
		t.Errorf("at %v", p)
	}
}

// TestKeysAreUnique: no two actions share a key.
func TestKeysAreUnique(t *testing.T) {
	h := house(t)
	for _, c := range app.Contexts(&app.Session{House: h.House, Actor: h.As("pia"), Now: h.Clock.Now}, home.Kinds()) {
		for _, clash := range keymap.Clashes(c) {
			t.Error(clash)
		}
	}
}

// TestFrames keeps the look at all sizes.
func TestFrames(t *testing.T) {
	h := house(t)
	open(t, h, "otto").GoldenSizes("calm")
	h.Strange()
	h.Clock.Move(90 * time.Minute)
	h.Request("sam", h.ETL, screentest.Incident)
	_, err := h.As("ana").ApproveRequest(context.Background(), 1, 0, core.Term{})
	h.Must(err)
	open(t, h, "ana").GoldenSizes("ana")
	open(t, h, "sam").GoldenSizes("sam")
}

// blank is a page that only has a place.
type blank struct{}

func (blank) Init() tea.Cmd             { return nil }
func (blank) Update(tea.Msg) tea.Cmd    { return nil }
func (blank) View(layout.Rect) string   { return "" }
func (blank) Actions() []*keymap.Action { return nil }
func (blank) Title() []string           { return nil }
