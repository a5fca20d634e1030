package screen_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/tui/app"
	"gatehouse/tui/driver"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen"
	"gatehouse/tui/screen/screentest"
	"gatehouse/tui/screen/start"
	"gatehouse/tui/screen/tour"
)

// house is the start house, marked as a demo: its clock can move.
func house(t *testing.T) *screentest.House {
	t.Helper()
	store, err := storage.Open(context.Background(), "memory:", storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	h := screentest.New(t, store)
	h.Must(store.Update(context.Background(), func(tx core.Tx) error {
		s, err := tx.Settings()
		if err != nil {
			return err
		}
		s.Demo = true
		return tx.PutSettings(s)
	}))
	return h
}

// demo starts the interface as `gatehouse demo` does, as Ana, with the people of the story to be.
func demo(t *testing.T, h *screentest.House, tour bool) *driver.Driver {
	t.Helper()
	cast := []screen.Part{
		{ID: h.People["ana"], Email: h.Emails["ana"], Who: "administrator of Acme"},
		{ID: h.People["sam"], Email: h.Emails["sam"], Who: "support engineer"},
		{ID: h.People["pia"], Email: h.Emails["pia"], Who: "user of Nightly ETL"},
	}
	s := h.Session(t)
	screen.Demo(s, h.House, screen.DemoOptions{Cast: cast, Welcome: tour})
	actor := h.As("ana")
	me, err := actor.Me(context.Background())
	h.Must(err)
	screen.Become(s, actor, me, screen.Wishes{})
	return driver.New(t, driver.Options{Session: s, Kinds: h.Kinds(s, start.Options{}), Clock: h.Clock, Page: app.Page{Kind: "home"}})
}

// The story of the demo, key by key: Auto Join off, ask, approve, the clock, the log.
func TestStory(t *testing.T) {
	h := house(t)
	d := demo(t, h, true)
	d.Advance(time.Second).Expect("Welcome to the demo", "What to try").Press("esc").ExpectNot("What to try")
	d.Press("3", "enter")
	for range 10 {
		if strings.Contains(d.Frame(), "Acme ▸ Settings") {
			break
		}
		d.Press("tab")
	}
	d.Expect("Acme ▸ Settings").ExpectLine("Auto Join", "on").Press("t").Expect("Turn off Auto Join in Acme?").
		Press("enter").Expect("Auto Join is off in Acme.")
	d.Press("S").ExpectLine("sam@support.test", "support engineer").Press("j", "enter").Expect("▸ Home", "sam@support.test Support")
	d.Press("4", "/").Type("nightly").Press("enter", "J").Expect("Request access to Nightly ETL").Type(screentest.Incident).Press("enter", "enter", "enter").
		Expect("Request 1 waits until")
	d.Press("S", "j", "j", "enter").Expect("pia@data.test", "1 waiting").Press("2").ExpectLine("▌", "Nightly ETL", "🐙 sam@support.test")
	d.Press("A").Expect("Approve request 1?").Press("enter").Expect("Approved request 1").Press("tab").ExpectLine("Nightly ETL", "sam@support.test", "in 4 h")
	for range 4 {
		d.Press("+").Expect("The demo clock is an hour further")
	}
	d.AwaitChange().ExpectNot("in 4 h")
	d.Press("7").ExpectLine("▌", "system", "visit.end", "Nightly ETL").ExpectLine("pia@data.test", "request.approve").ExpectLine("sam@support.test", "request.file")
	d.Press(">").Expect("a day further").Press(":").Type("what to try").Press("enter").Expect("Welcome to the demo")
}

// The card fits at every size, and its menu leads to anybody.
func TestTour(t *testing.T) {
	d := demo(t, house(t), true).Advance(time.Second)
	for _, size := range driver.Sizes {
		d.Resize(size[0], size[1]).Expect("Welcome to the demo", "gone when you leave", "You are ana@acme.test.", "read the log (7)", "0 shows this").ExpectNot("…  │", "… │")
	}
	d.Press("esc", "S", "k", "enter").Expect("▸ Be somebody else", "otto@elsewhere.test").Press("h").Expect("▸ Home").Press("S", "k", "enter", "4").Expect("▸ Projects")
}

// Outside of a demo nobody moves the clock or becomes somebody else.
func TestNoDemo(t *testing.T) {
	h := house(t)
	d := h.Open(t, "ana", "home")
	d.Press("S", "+", ">").ExpectNot("Be somebody else", "further").Press("?").ExpectNot("what to try")
}

// No key has two meanings on any page, with the keys of the demo too.
func TestKeysAreUnique(t *testing.T) {
	h := house(t)
	s := h.Session(t)
	s.Support, s.Actor = true, h.As("sam")
	screen.Demo(s, h.House, screen.DemoOptions{Tour: tour.New()})
	for _, c := range app.Contexts(s, h.Kinds(s, start.Options{})) {
		for _, clash := range keymap.Clashes(c) {
			t.Error(clash)
		}
	}
}

// Every page of the rail has its own number.
func TestRail(t *testing.T) {
	seen, names := map[int]string{}, map[string]bool{}
	for _, k := range screen.Kinds(start.Options{}) {
		if names[k.Name] {
			t.Errorf("two kinds are called %s", k.Name)
		}
		names[k.Name] = true
		if k.Rail == 0 {
			continue
		}
		if seen[k.Rail] != "" {
			t.Errorf("%s and %s are both %d", seen[k.Rail], k.Name, k.Rail)
		}
		seen[k.Rail] = k.Name
	}
	for n, want := range map[int]string{1: "home", 2: "requests", 3: "organizations", 4: "projects", 5: "maintainers", 6: "tickets", 7: "activity", 8: "inbox", 9: "account"} {
		if seen[n] != want {
			t.Errorf("%d is %q, want %q", n, seen[n], want)
		}
	}
}

// The looks that an account prefers are those of its session; the command line wins.
func TestBecome(t *testing.T) {
	h := house(t)
	ctx := context.Background()
	contrast, ascii, off := "contrast", "ascii", "off"
	_, err := h.As("ana").SetPreferences(ctx, core.PreferencesPatch{Theme: &contrast, Glyphs: &ascii, Mouse: &off})
	h.Must(err)
	me, err := h.As("ana").Me(ctx)
	h.Must(err)
	for _, c := range []struct {
		wishes       screen.Wishes
		theme        string
		ascii, mouse bool
	}{
		{screen.Wishes{Mouse: true}, "contrast", true, false},
		{screen.Wishes{Theme: "mono"}, "mono", true, false},
	} {
		s := &app.Session{}
		screen.Become(s, h.As("ana"), me, c.wishes)
		if s.Wish != c.theme || s.ASCII != c.ascii || s.Mouse != c.mouse || s.Person != "ana@acme.test" {
			t.Errorf("%+v: %s, %v, %v, %s", c.wishes, s.Wish, s.ASCII, s.Mouse, s.Person)
		}
	}
}

// The palette knows the tabs of the screens by their names.
func TestPaletteKnowsTabs(t *testing.T) {
	h := house(t)
	h.Open(t, "sam", "home").Press(":").Type("accounts").ExpectLine("▌", "Account: All accounts").Press("enter").Expect("otto@elsewhere.test")
	h.Open(t, "pia", "home").Press(":").Type("sessions").ExpectLine("▌", "Account: Sessions").Press("enter").Expect("gatehouse ▸ Account ▸ Sessions")
	h.Open(t, "pia", "home").Press(":").Type("all accounts").ExpectNot("Account: All accounts")
}

// The palette finds units by name and number, and people; what is found opens.
func TestFind(t *testing.T) {
	h := house(t)
	h.Open(t, "pia", "home").Press(":").Type("nightly").Advance(time.Second).Expect("Nightly ETL", "project 1").Press("enter").Expect("Acme ▸ Nightly ETL")
	h.Open(t, "sam", "home").Press(":").Type("otto@").Advance(time.Second).ExpectLine("▌", "otto@elsewhere.test").Press("enter").Expect("All accounts", "/ otto@elsewhere.test")
	if f := h.Open(t, "otto", "home").Press(":").Type("acme").Advance(time.Second).Frame(); strings.Contains(f, "organization 1") {
		t.Errorf("an outsider finds Acme (A10):\n%s", f)
	}
}
