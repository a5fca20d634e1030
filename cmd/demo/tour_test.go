package demo_test

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/cmd/demo"
	"gatehouse/core"
	"gatehouse/core/suite"
	"gatehouse/storage"
	"gatehouse/tui/app"
	"gatehouse/tui/driver"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen"
	"gatehouse/tui/screen/start"
	"gatehouse/tui/screen/tour"
	"gatehouse/tui/theme"
)

// visit opens the demo house with the walkthrough, as a visitor finds it. deaf is a walkthrough that the house tells
// nothing.
func visit(t *testing.T, w, h int, keys string, deaf bool) (*driver.Driver, *tour.Tour) {
	t.Helper()
	ctx := context.Background()
	store, err := storage.Open(ctx, "memory:", storage.Options{Rerun: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	clock := driver.NewClock()
	cast, err := demo.Fill(ctx, store, clock.Now(), 1)
	if err != nil {
		t.Fatal(err)
	}
	leads := tour.New()
	o := core.Options{Clock: clock.Now, Witness: leads.Witness}
	if deaf {
		o.Witness = nil
	}
	house := core.New(store, o)
	story, err := demo.StoryOf(ctx, house, cast)
	if err != nil {
		t.Fatal(err)
	}
	part := func(p demo.Part) tour.Part { return tour.Part{ID: p.ID, Email: p.Email} }
	leads.Begin(tour.Scene{
		Admin: part(story.Admin), Engineer: part(story.Engineer), User: part(story.User),
		LockedOut: tour.Part{ID: story.LockedOut.ID, Email: story.LockedOut.Email}, Organization: story.Organization, Project: story.Project,
	})
	s := &app.Session{House: house, Changes: house.Watch(t.Context())}
	if keys != "" {
		var issues []keymap.Issue
		if s.Keys, issues = keymap.Parse([]byte(keys)); len(issues) > 0 {
			t.Fatal(issues)
		}
	}
	parts := make([]screen.Part, 0, len(cast))
	for _, p := range cast {
		parts = append(parts, screen.Part{ID: p.ID, Email: p.Email, Who: p.Who})
	}
	screen.Demo(s, house, screen.DemoOptions{Cast: parts, Tour: leads, Welcome: true})
	actor := house.As(cast[0].ID)
	me, err := actor.Me(ctx)
	if err != nil {
		t.Fatal(err)
	}
	screen.Become(s, actor, me, screen.Wishes{})
	kinds := screen.Kinds(start.Options{Become: func(id core.AccountID) tea.Cmd {
		return screen.SwitchTo(house.As(id), screen.Wishes{}, app.Page{})
	}})
	return driver.New(t, driver.Options{Session: s, Kinds: kinds, Page: app.Page{Kind: "home"}, Clock: clock, Width: w, Height: h}), leads
}

// robot is a visitor who knows nothing, and presses what the panel says.
type robot struct {
	t    *testing.T
	d    *driver.Driver
	keys []string // all that was pressed
}

func (r *robot) press(key string) {
	r.t.Helper()
	r.keys = append(r.keys, key)
	if _, ok := keymap.Normal(key); ok {
		r.d.Press(key)
	} else {
		r.d.Type(key)
	}
	r.d.Advance(300 * time.Millisecond) // nobody types faster than the palette searches
}

// word is a piece of the panel: a key, a name, or plain text.
type word struct {
	text string
	role theme.Role
}

// panel reads the line that says what to press.
func (r *robot) panel() []word {
	r.t.Helper()
	lines := strings.Split(r.d.Model().Frame(), "\n")
	line := lines[len(lines)-2]
	look := r.d.Model().Session().Look
	front := func(role theme.Role) string { return strings.Split(look.Paint(role, "§"), "§")[0] }
	var out []word
	for line != "" {
		at := strings.IndexByte(line, 0x1b)
		if at < 0 {
			return append(out, word{line, theme.Plain})
		}
		if at > 0 {
			out = append(out, word{line[:at], theme.Plain})
			line = line[at:]
			continue
		}
		role := theme.Plain
		for _, known := range []theme.Role{theme.Key, theme.Strong, theme.Badge} {
			if strings.HasPrefix(line, front(known)) {
				role = known
			}
		}
		line = line[strings.IndexByte(line, 'm')+1:]
		end := strings.Index(line, "\x1b[m")
		if end < 0 {
			r.t.Fatalf("a style of the panel does not end: %q", line)
		}
		out = append(out, word{line[:end], role})
		line = line[end+len("\x1b[m"):]
	}
	return out
}

// obey presses all that the panel says now, from left to right.
func (r *robot) obey() {
	r.t.Helper()
	words := r.panel()
	pressed := false
	for i, w := range words {
		if w.role != theme.Key {
			continue
		}
		pressed = true
		if i+2 < len(words) && words[i+1].text == " until " && words[i+2].role == theme.Strong {
			r.until(w.text, words[i+2].text)
			continue
		}
		r.press(w.text)
	}
	if !pressed {
		r.t.Fatalf("the panel names no key: %v\n%s", words, r.d.Frame())
	}
}

// until presses a key again and again, until the cursor, the page or the focused button is what was named.
func (r *robot) until(key, name string) {
	r.t.Helper()
	there := func() bool {
		if strings.EqualFold(r.d.Page().Tab, name) { // a frame of text does not show which tab is bright
			return true
		}
		for i, line := range strings.Split(r.d.Frame(), "\n") {
			if strings.Contains(line, name) && (i == 0 || strings.Contains(line, "▌") || strings.Contains(line, "[ "+name)) {
				return true
			}
		}
		return false
	}
	for range 30 {
		if there() {
			return
		}
		r.press(key)
	}
	r.t.Fatalf("%s does not lead to %s:\n%s", key, name, r.d.Frame())
}

// walk takes the whole walkthrough.
func (r *robot) walk(leads *tour.Tour) {
	r.t.Helper()
	for n := 0; len(leads.Done()) < leads.Steps(); n++ {
		if n > 60 {
			r.t.Fatalf("still at %v after %v:\n%s", leads.Done(), r.keys, r.d.Frame())
		}
		r.obey()
	}
}

// A visitor who presses nothing but what the panel says comes to the end, on terminals of every size, and with a keymap
// file.
func TestWalkthroughByThePanelAlone(t *testing.T) {
	suite.Sequential(t)
	for _, c := range []struct {
		name string
		w, h int
		keys string
	}{
		{"wide", 120, 40, ""},
		{"usual", 80, 24, ""},
		{"small", 60, 16, ""},
		{"with other keys", 80, 24, "[keys]\n\"demo.person\" = \"ctrl+y\"\n\"setting.toggle\" = \"f2\"\n\"app.undo\" = \"U\"\n\"request.approve\" = \"f3\"\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, leads := visit(t, c.w, c.h, c.keys, false)
			r := &robot{t: t, d: d}
			r.walk(leads)
			t.Logf("%d keys: %v", len(r.keys), r.keys)
			d.Advance(time.Second).ExpectNot("There is more").Press("esc").Advance(2*time.Second).Expect("You have seen it all", "There is more").Press("esc").ExpectNot("There is more")
			if c.w >= 80 {
				d.Expect("You have seen it all")
			}
		})
	}
}

// Keys and pages tick nothing: the same keys, with the same pages and the same cards, leave the walkthrough where it
// was when the house does not say that anything was done. Nor does going everywhere and cancelling everything.
func TestKeysAloneTickNothing(t *testing.T) {
	suite.Sequential(t)
	d, leads := visit(t, 80, 24, "", false)
	r := &robot{t: t, d: d}
	r.walk(leads)
	d, leads = visit(t, 80, 24, "", true)
	again := &robot{t: t, d: d}
	for _, key := range r.keys {
		again.press(key)
	}
	if done := leads.Done(); len(done) > 0 {
		t.Errorf("ticked by keys: %v", done)
	}
	d.ExpectLine("1/10", "Look around")

	d, leads = visit(t, 80, 24, "", false)
	d.Press("esc")
	for _, key := range strings.Fields("1 2 A esc D esc 3 t J esc 4 J esc W esc z esc 5 6 7 8 9 S esc ? esc 0 esc") {
		d.Press(key).Advance(300 * time.Millisecond)
	}
	d.Press("4").Press("/").Type("nightly").Press("enter", "enter")
	for range 7 { // every tab of the project, and a card opened and cancelled on each
		d.Press("a", "esc", "t", "esc", "A", "esc", "tab").Advance(300 * time.Millisecond)
	}
	if done := leads.Done(); len(done) > 0 {
		t.Errorf("ticked by looking: %v\n%s", done, d.Frame())
	}
}

// The panel goes and comes back with its key, and costs no line then.
func TestPanelCanBePutAway(t *testing.T) {
	suite.Sequential(t)
	for _, size := range [][2]int{{120, 40}, {80, 24}, {60, 16}} {
		d, _ := visit(t, size[0], size[1], "", false)
		d.Press("esc").Expect("1/10").Press("T").ExpectNot("1/10", "Auto Join off").Expect("goes on out of sight")
		d.Press("3", "enter").Expect("Acme is open").Press("T").Expect("2/10").Press("0").Expect("Walkthrough", "Let it run out").Press("esc")
		for _, other := range driver.Sizes {
			d.Resize(other[0], other[1])
		}
	}
}

// The walkthrough speaks to whoever acts: it begins the menu of people at the one whom the next step is for.
func TestMenuBeginsAtTheNextPerson(t *testing.T) {
	suite.Sequential(t)
	d, _ := visit(t, 120, 40, "", false)
	d.Press("esc", "3", "enter", "tab", "tab", "tab", "tab", "tab", "tab", "t", "enter").Expect("2 of 10", "Become sam@support.test: S, then enter")
	d.Press("S").ExpectLine("▌", "sam@support.test").Press("esc")
	d.Press("S", "j", "enter").Expect("pia@acme.test").Expect("Become sam@support.test")
}

// The keys that the list of steps names are those that the actions have.
func TestDefaultKeys(t *testing.T) {
	suite.Sequential(t)
	d, _ := visit(t, 120, 40, "", false)
	found := map[string]bool{}
	for _, c := range app.Contexts(d.Model().Session(), screen.Kinds(start.Options{})) {
		for _, a := range c.Actions {
			if key, ok := tour.DefaultKey(a.ID); ok {
				found[a.ID] = true
				if len(a.Keys) == 0 || a.Keys[0] != key {
					t.Errorf("%s has the keys %v, the walkthrough says %s", a.ID, a.Keys, key)
				}
			}
		}
	}
	for _, id := range tour.NamedActions() {
		if !found[id] {
			t.Errorf("no action is called %s", id)
		}
	}
}
