package app_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"gatehouse/core"
	"gatehouse/core/suite"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/driver"
	"gatehouse/tui/keymap"
	"gatehouse/tui/palette"
	"gatehouse/tui/theme"
)

func start(t testing.TB, o *orchard, w, h int) *driver.Driver {
	t.Helper()
	s := &app.Session{Person: "ana@acme.test", Changes: o.changes, Mouse: true, Find: func(_ context.Context, _ *core.Actor, words string) ([]palette.Item, error) {
		return []palette.Item{{Title: "Fruit 3 like " + words, Group: "Found", Answer: app.Go{Page: app.Page{Kind: "fruit", ID: "3"}}}}, nil
	}}
	return driver.New(t, driver.Options{Session: s, Kinds: kinds(o), Width: w, Height: h})
}

func TestPageRoundTrip(t *testing.T) {
	for _, p := range []app.Page{
		{Kind: "requests"},
		{Kind: "request", ID: "41"},
		{Kind: "org", ID: "3", Tab: "settings"},
		{Kind: "requests", Tab: "active"},
		{Kind: "projects", Filter: "etl state:!gone &=?/", Sort: "name", Reverse: true},
		{Kind: "x", ID: "a/b", Tab: "ü"},
	} {
		got, err := app.ParsePage(p.String())
		if err != nil || got != p {
			t.Errorf("%+v is %q is %+v, %v", p, p.String(), got, err)
		}
	}
	for _, s := range []string{"", "a/b/c/d", "a//b", "%zz", "a?%zz"} {
		if p, err := app.ParsePage(s); err == nil {
			t.Errorf("%q is %+v", s, p)
		}
	}
}

func TestMoveOpenBackHistory(t *testing.T) {
	d := start(t, newOrchard(12), 120, 40)
	d.Press("j", "j").ExpectLine("▌", "日本語").Press("enter").Expect("gatehouse ▸ Fruits ▸ 日本語プロジェクト ▸ Look")
	if p := d.Page(); p != (app.Page{Kind: "fruit", ID: "3", Tab: "look"}) {
		t.Errorf("page %+v", p)
	}
	d.Press("tab").Expect("▸ Taste").Press("shift+tab").Expect("▸ Look")
	d.Press("h").ExpectLine("▌", "日本語") // the cursor is where it was
	d.Press("2").Expect("No fruit yet.", "a new fruit").Press("[").Expect("Nightly ETL").Press("]").Expect("No fruit yet.")
	d.Press("esc").Expect("No fruit yet.") // the root of a screen: esc goes nowhere
	d.Press("q").Expect("Quit gatehouse?").Press("esc").ExpectNot("Quit gatehouse?")
	d.Press("q", "enter")
	if !d.Quit() {
		t.Error("q and enter do not quit")
	}
}

func TestCtrlCCancelsTwiceQuits(t *testing.T) {
	d := start(t, newOrchard(12), 80, 24)
	d.Press("x").Expect("Remove?").Press("ctrl+c").ExpectNot("Remove?")
	d.Press("/").Type("etl").Press("enter").Expect("/ etl").Press("ctrl+c").ExpectNot("/ etl")
	d.Press("ctrl+c").Expect("Press ctrl+c again to quit").Advance(3 * time.Second)
	d.Press("ctrl+c")
	if d.Quit() {
		t.Fatal("quit although the first ctrl+c was long ago")
	}
	d.Press("ctrl+c")
	if !d.Quit() {
		t.Error("twice does not quit")
	}
}

// The confirming key is never the opening key, and the focused button of a destructive card is Cancel.
func TestConfirmNeedsAnotherKey(t *testing.T) {
	o := newOrchard(12)
	d := start(t, o, 120, 40)
	d.Press("x").Expect("Remove?", "Churn model", "[ Cancel ]").Press("x", "x").Expect("Press enter on a button")
	d.Press("enter").ExpectNot("Remove?")
	if len(o.fruits) != 12 {
		t.Fatal("enter on Cancel removed something")
	}
	d.Press("x", "tab", "enter").Expect("✓ Removed 1.").ExpectLine("▌", "Nightly ETL").Expect("of 11")
	d.Advance(5 * time.Second).ExpectNot("Removed 1.")
}

// Behaviour 12: a form keeps what was typed, shows the refusal under its field, and closes with its answer.
func TestFormSendsAndTells(t *testing.T) {
	o := newOrchard(2)
	d := start(t, o, 80, 24)
	d.Press("a").Expect("New fruit", "Everybody hears of it.").Type("Plum!").Press("ctrl+s").Expect("✗ No shouting. Leave out the !.", "Plum!")
	d.Press("backspace", "ctrl+s").ExpectNot("New fruit").Expect("✓ Created Plum.", "of 3")
	d.Press("a").Paste("pasted\nname").Expect("pasted name").Press("esc").Expect("Press esc again").Press("esc").ExpectNot("New fruit")
	d.Press("a").GoldenSizes("form")
}

// Behaviour 6: marked rows decide together, by id.
func TestBulkMeansTheMarkedRows(t *testing.T) {
	o := newOrchard(12)
	d := start(t, o, 120, 40)
	d.Press("space", "space", "x").Expect("Churn model", "Nightly ETL").Press("tab", "enter").Expect("Removed 2.")
	if len(o.fruits) != 10 || o.fruits[0].id != 3 {
		t.Errorf("left are %v", o.fruits[:2])
	}
}

// Behaviour 4: a disabled action says why, in the palette and when pressed.
func TestDisabledActionsExplainThemselves(t *testing.T) {
	d := start(t, newOrchard(12), 120, 40)
	d.Press("j", "j", "j", "x").Expect("Old import is deleted already.").ExpectNot("Remove?")
	d.Press(":").ExpectLine("remove", "Old import is deleted already.").Type("remov").Press("enter").Expect("! Old import is deleted already.")
	d.Press("esc", "x", "2").Expect("gatehouse ▸ Vegetables").ExpectNot("Old import is deleted already.") // it spoke of the page that was left
}

func TestPaletteRunsAndFinds(t *testing.T) {
	d := start(t, newOrchard(12), 120, 40)
	d.Press(":").Type("vege").Press("enter").Expect("gatehouse ▸ Vegetables")
	d.Press("1", "ctrl+p").Type("three").Advance(time.Second).Expect("Fruit 3 like three").Press("enter").Expect("▸ 日本語プロジェクト ▸")
	d.Press("1", ":").Type("remov").Press("enter").Expect("Remove?", "[ Cancel ]").Press("esc")
	d.Press("?").Expect("Help: keys and actions here").Type("half").ExpectLine("half a page down", "ctrl+d").Press("esc").ExpectNot("Help:")
}

// What is typed behind the key of the palette goes to it, however fast it comes.
func TestPaletteTakesWhatComesWithItsKey(t *testing.T) {
	start(t, newOrchard(12), 120, 40).Burst(":", "v", "e", "g", "e").Press("enter").Expect("gatehouse ▸ Vegetables")
}

// Behaviour 9: a card that opens by itself takes no key until typing has rested for 0.4 s.
func TestUnattendedCardsWaitForQuiet(t *testing.T) {
	o := newOrchard(12)
	open := &keymap.Action{ID: "test.pop", Title: "pop", Keys: []string{"Z"}, Run: func() tea.Cmd {
		return app.Send(card.Open{Card: &card.Confirm{Heading: "A wild card", Buttons: []card.Button{{Label: "Yes"}}}, Unattended: true})
	}}
	s := &app.Session{Extra: []*keymap.Action{open}}
	d := driver.New(t, driver.Options{Session: s, Kinds: kinds(o)})
	d.Press("Z").Expect("A wild card").Press("j").ExpectLine("▌", "Nightly ETL").Advance(300*time.Millisecond).Press("j").ExpectLine("▌", "日本語")
	d.Advance(450 * time.Millisecond).Press("enter").ExpectNot("A wild card")
}

// Behaviour 2: changes show without a key; P pauses; marks, cursor and filter stay.
func TestLive(t *testing.T) {
	o := newOrchard(12)
	d := start(t, o, 120, 40)
	d.Press("j")
	o.fruits[2].name = "Renamed"
	d.ExpectNot("Renamed").Changed().Expect("Renamed").ExpectLine("▌", "Nightly ETL")
	d.Press("P").Expect("‖ paused")
	o.fruits[2].name = "Again"
	d.Changed().ExpectNot("Again").Expect("paused, changes wait")
	d.Press("P").Expect("Again", "● live")
	d.Press("2")
	o.fruits[2].name = "While away"
	d.Changed().Press("1").Expect("While away")
}

// Changes are gathered: at most five reloads a second.
func TestReloadsAreCoalesced(t *testing.T) {
	o := newOrchard(3)
	n := 0
	s := &app.Session{Changes: o.changes, Counts: func(context.Context, *core.Actor, app.Page) (app.Counts, error) { n++; return app.Counts{}, nil }}
	d := driver.New(t, driver.Options{Session: s, Kinds: kinds(o)})
	n = 0
	for range 50 {
		d.Changed() // each moves the clock by 250 ms at most once
	}
	if n > 50 {
		t.Errorf("%d reloads for 50 changes", n)
	}
	d.Advance(time.Second)
	before := n
	for range 20 {
		d.Send(d.Waiting())
	}
	if n-before > 1 {
		t.Errorf("%d reloads for 20 changes at the same moment", n-before)
	}
	d.Advance(time.Second)
	if n-before != 2 {
		t.Errorf("%d reloads after the changes, want the first and one for the rest", n-before)
	}
}

// Behaviour 12: an error stays until a key and is kept in the messages.
func TestErrorsStayUntilAKey(t *testing.T) {
	o := newOrchard(12)
	d := start(t, o, 120, 40)
	d.Press("x")
	_ = o.remove(1)
	d.Press("tab", "enter").Expect("✗ That fruit is gone. Refresh with r.").Advance(time.Minute).Expect("That fruit is gone.")
	d.Press("j").ExpectNot("That fruit is gone.")
	d.Press(":").Type("messages").Press("enter").Expect("Messages", "That fruit is gone.")
}

func TestCopyAndCopyAsCommand(t *testing.T) {
	d := start(t, newOrchard(12), 120, 40)
	d.Press("j", "y")
	if d.Copied() != "2" {
		t.Errorf("copied %q", d.Copied())
	}
	d.Press("Y")
	if d.Copied() != "gatehouse fruit remove 2" {
		t.Errorf("copied %q", d.Copied())
	}
	d.Press(":").Type("show copied").Press("enter").Expect("Select and copy", "gatehouse fruit remove 2")
}

func TestMouse(t *testing.T) {
	d := start(t, newOrchard(60), 120, 40)
	d.Click(30, 6).ExpectLine("▌", "Old import").Click(30, 6).Expect("Look   Taste")
	d.Click(30, 2).Expect("▸ Taste").Click(4, 3).Expect("gatehouse ▸ Vegetables").Click(4, 2).Expect("gatehouse ▸ Fruits")
	d.Wheel(true).Expect("4 of 60").Press("M").Expect("Mouse off").Click(4, 3).Expect("gatehouse ▸ Fruits")
}

func TestCrashedScreenCanBeLeft(t *testing.T) {
	d := start(t, newOrchard(12), 120, 40)
	d.Press("enter", "tab", "tab").Expect("This page failed.", "cannot draw").Press("r").Expect("This page failed.")
	d.Press("?").Expect("Help").Press("esc", "h").Expect("Nightly ETL")
}

// A page that stands alone has no rail and leads nowhere else, until it opens another page itself.
func TestAlonePageKeepsToItself(t *testing.T) {
	o := newOrchard(3)
	ks := kinds(o)
	ks = append(ks, &app.Kind{Name: "who", Title: "Who?", Alone: true, Make: func(e *app.Env, _ app.Page) app.Screen { return newFruitList(e, o) }})
	d := driver.New(t, driver.Options{Session: &app.Session{}, Kinds: ks, Page: app.Page{Kind: "who"}})
	d.ExpectNot("Vegetables").Press("2", "h", "esc").ExpectNot("Vegetables").Press(":").Type("vege").ExpectNot("Vegetables").Press("esc")
	d.Press("q").Expect("Quit gatehouse?").Press("esc", "enter").Expect("▸ Look")
}

func TestTooSmallTakesOnlyQuit(t *testing.T) {
	o := newOrchard(12)
	d := start(t, o, 40, 10)
	d.Expect("60×16").Press("x", "tab", "enter", ":", "j").Expect("60×16").Resize(80, 24).ExpectLine("▌", "Churn model").ExpectNot("Remove?")
	d.Resize(59, 30).Press("q")
	if !d.Quit() {
		t.Error("q does not quit")
	}
}

// Two sessions of one process differ in theme, glyphs and keys.
func TestTwoSessionsInOneProcess(t *testing.T) {
	keys, issues := keymap.Parse([]byte("[keys]\n\"list.down\" = \"n\"\n"))
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	o := newOrchard(12)
	a := driver.New(t, driver.Options{Session: &app.Session{Wish: theme.Light, Keys: keys}, Kinds: kinds(o)})
	b := driver.New(t, driver.Options{Session: &app.Session{NoColor: "yes", ASCII: true}, Kinds: kinds(o)})
	a.Press("n", "j").ExpectLine("▌", "Nightly ETL")
	b.Press("n", "j").ExpectLine(">", "Nightly ETL")
	fa, fb := a.Model().Frame(), b.Model().Frame()
	if !strings.Contains(fa, "38;2;") || strings.Contains(fb, "38;2;") {
		t.Error("the themes are mixed up")
	}
	for _, r := range ansi.Strip(fb) {
		if strings.ContainsRune("●○▌◆─│╭╮▸…‖", r) {
			t.Fatalf("%q in ASCII", r)
		}
	}
	a.Send(tea.BackgroundColorMsg{}).Press(":").Type("theme: mono").Press("enter")
	if strings.Contains(a.Model().Frame(), "38;2;") {
		t.Error("the theme did not change")
	}
}

func TestKeymapIssuesAreToldAtStart(t *testing.T) {
	keys, issues := keymap.Parse([]byte("[keys]\n\"list.down\" = \"ctrl+m\"\n\"nope\" = \"n\"\n"))
	d := driver.New(t, driver.Options{Session: &app.Session{Keys: keys, KeyIssues: issues}, Kinds: kinds(newOrchard(12))})
	d.Expect("line 2", "1 more", "keep working.").Press("j").ExpectLine("▌", "Nightly ETL")
	d.Press(":").Type("messages").Press("enter").Expect("line 2", `unknown action "nope"`)
}

func TestDefaultKeysDoNotClash(t *testing.T) {
	for _, c := range app.Contexts(&app.Session{Now: time.Now}, kinds(newOrchard(1))) {
		for _, clash := range keymap.Clashes(c) {
			t.Error(clash)
		}
		for _, a := range c.Actions {
			for _, k := range a.Keys {
				if k == "d" {
					t.Errorf("%s: d stays unbound", a.ID)
				}
			}
		}
	}
}

// Late answers: to closed screens they are dropped, but how a decision went is still told.
func TestAnswersFindTheirScreen(t *testing.T) {
	d := start(t, newOrchard(12), 120, 40)
	for range 30 { // more pages than the cache holds
		d.Press("j", "enter", "h")
	}
	d.Expect("gatehouse ▸ Fruits")
	d.Send(app.Orphan(app.Failed{Err: errors.New("late")})).Expect("Something went wrong")
	d.Press("j").Send(app.Orphan(app.Go{Page: app.Page{Kind: "veg"}})).ExpectNot("▸ Vegetables")
}

func TestSwitchPerson(t *testing.T) {
	d := start(t, newOrchard(12), 120, 40)
	d.Press("enter").Send(app.ToShown(d.Model(), app.Failed{Err: errors.New("late")})).Expect("Something went wrong")
	d.Send(app.ToShown(d.Model(), app.Switch{Apply: func(s *app.Session) { s.Person = "sam@support.test"; s.Support = true }}))
	d.Expect("sam@support.test Support", "gatehouse ▸ Fruits").ExpectNot("Something went wrong")
	d.Press("[").Expect("no page further")
}

// Every frame has exactly the promised lines and cells at every size, after any keys (C4); the driver checks each one.
func TestFramesAreExactAtEverySize(t *testing.T) {
	suite.Sequential(t)
	keys := []string{"j", "k", "G", "g", "enter", "h", "space", "v", "/", "e", "x", "esc", "tab", "?", ":", "o", "O", "w", "p", "*", "\\", "q", "n", "1", "2", "[", "]", "P", "r", "y", "Y", "pgdown", "pgup"}
	sizes := [][2]int{{200, 60}, {150, 45}, {120, 40}, {100, 30}, {80, 24}, {60, 16}, {20, 5}, {1, 1}, {0, 0}}
	rng := rand.New(rand.NewPCG(3, 4))
	for _, ascii := range []bool{false, true} {
		o := newOrchard(40)
		s := &app.Session{
			Person: "日本@acme.test", Support: true, ReadOnly: true, Demo: true, ASCII: ascii, Changes: o.changes,
			Counts: func(context.Context, *core.Actor, app.Page) (app.Counts, error) {
				return app.Counts{Rail: map[string]int{"fruits": 123456, "veg": 12}, Waiting: 3, MFA: "off"}, nil
			},
		}
		d := driver.New(t, driver.Options{Session: s, Kinds: kinds(o)})
		for _, size := range sizes {
			d.Resize(size[0], size[1])
			for range 60 {
				d.Press(keys[rng.IntN(len(keys))])
			}
			d.Resize(size[0], size[1])
		}
	}
}

// C1, C2, C4: hostile names in every cell, title, card and toast leave as text; the driver checks every frame for foreign
// bytes and exact cells.
func TestHostileTextNeverReachesTheTerminal(t *testing.T) {
	suite.Sequential(t)
	parts := []string{
		"\x1b", "\x1b[2J", "\x1b]0;t\a", "\x1b]8;;http://x\x1b\\", "\x1bP", "\u009b31m", "\u202e", "\u2066", "\U000E0041", "\xff", "\r", "\b",
		"\x00", "name", "日本", "👨\u200d👩", "e\u0301\u0301\u0301\u0301\u0301", "\u0301", "🇩", "\n",
	}
	rng := rand.New(rand.NewPCG(5, 6))
	for range 40 {
		o := newOrchard(12)
		for i := range o.fruits {
			var b strings.Builder
			for range 1 + rng.IntN(6) {
				b.WriteString(parts[rng.IntN(len(parts))])
			}
			o.fruits[i].name, o.fruits[i].owner, o.fruits[i].note, o.fruits[i].state = b.String(), b.String(), b.String(), "active"
		}
		d := start(t, o, 150, 45)
		d.Press("j", "enter", "h", "x", "tab", "enter", "space", "x", "esc", "/").Paste(o.fruits[0].name).Press("enter", ":").Type("mess").Press("enter", "esc")
		d.Resize(60, 16)
		if f := d.Model().Frame(); strings.Contains(f, "\x1b]") || strings.Contains(f, "\x1b[2J") || strings.Contains(f, "\x1b[31m") {
			t.Fatalf("a foreign sequence left: %q", f)
		}
	}
}

func TestGoldenFrames(t *testing.T) {
	o := newOrchard(40)
	s := &app.Session{Person: "ana@acme.test", Changes: o.changes, Counts: func(context.Context, *core.Actor, app.Page) (app.Counts, error) {
		return app.Counts{Rail: map[string]int{"fruits": 40}, Waiting: 3, MFA: "on"}, nil
	}}
	d := driver.New(t, driver.Options{Session: s, Kinds: kinds(o)})
	d.Press("j", "space").GoldenSizes("list")
	d.Press("x").GoldenSizes("confirm").Press("esc")
	d.Press(":").GoldenSizes("palette")
}

// An idle session changes nothing: no frame differs for ten seconds.
func TestIdleDrawsTheSameFrame(t *testing.T) {
	d := start(t, newOrchard(12), 120, 40)
	before := d.Model().Frame()
	for range 10 {
		d.Advance(time.Second)
		if d.Model().Frame() != before {
			t.Fatal("the frame changed")
		}
	}
}

// Targets of performance.md for the whole root: at most 150 allocations a key at 120×40, at any size.
func TestAllocationsPerKey(t *testing.T) {
	var counts []float64
	for _, n := range []int{100, 20_000} {
		d := start(t, newOrchard(n), 120, 40)
		m := d.Model()
		down, up := driver.Key(t, "j"), driver.Key(t, "k")
		counts = append(counts, testing.AllocsPerRun(100, func() {
			m.Update(down)
			m.View()
			m.Update(up)
			m.View()
		})/2)
	}
	t.Log(counts)
	if counts[0] > 150 || counts[1] > counts[0]*1.5+1 {
		t.Errorf("%v allocations a key", counts)
	}
}

func BenchmarkKeyAndFrame(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			d := start(b, newOrchard(n), 120, 40)
			m := d.Model()
			down, up := driver.Key(b, "j"), driver.Key(b, "k")
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if i/20%2 == 0 {
					m.Update(down)
				} else {
					m.Update(up)
				}
				m.View()
			}
		})
	}
}

// The routing order, as a table: who gets the key j in which state.
func TestWhoGetsAKey(t *testing.T) {
	pop := &keymap.Action{ID: "test.pop", Title: "pop", Keys: []string{"Z"}, Run: func() tea.Cmd {
		return app.Send(card.Open{Card: &card.Menu{Heading: "Popped up", Items: []card.Item{{Label: "one"}, {Label: "two"}}}, Unattended: true})
	}}
	moved := func(d *driver.Driver) bool { return strings.Contains(d.Frame(), "2 of 12") }
	for _, c := range []struct {
		state string
		into  func(d *driver.Driver)
		got   func(d *driver.Driver) bool
	}{
		{"page", func(*driver.Driver) {}, moved},
		{"too small", func(d *driver.Driver) { d.Resize(40, 10) }, func(d *driver.Driver) bool { return !moved(d.Resize(120, 40)) }},
		{"card", func(d *driver.Driver) { d.Press("o") }, func(d *driver.Driver) bool { return !moved(d) && strings.Contains(d.Frame(), "▌ 2 id") }},
		{"card that just opened by itself", func(d *driver.Driver) { d.Press("Z") }, moved},
		{
			"card that opened by itself, after a rest", func(d *driver.Driver) { d.Press("Z").Advance(time.Second) },
			func(d *driver.Driver) bool { return !moved(d) && strings.Contains(d.Frame(), "▌ 2 two") },
		},
		{"focused input", func(d *driver.Driver) { d.Press("/") }, func(d *driver.Driver) bool { return strings.Contains(d.Frame(), "/ j") }},
		{"failed page", func(d *driver.Driver) { d.Press("enter", "tab", "tab") }, func(d *driver.Driver) bool { return strings.Contains(d.Frame(), "This page failed.") }},
	} {
		d := driver.New(t, driver.Options{Session: &app.Session{Extra: []*keymap.Action{pop}}, Kinds: kinds(newOrchard(12))})
		c.into(d)
		if d.Press("j"); !c.got(d) {
			t.Errorf("%s: the key went elsewhere:\n%s", c.state, d.Frame())
		}
	}
}

// Whatever the terminal says, the root takes it and the frame stays whole.
func TestRootTakesEveryMessage(t *testing.T) {
	d := start(t, newOrchard(12), 80, 24)
	for _, msg := range []tea.Msg{
		nil,
		tea.FocusMsg{},
		tea.BlurMsg{},
		tea.KeyReleaseMsg{Code: 'j'},
		tea.PasteStartMsg{},
		tea.PasteEndMsg{},
		tea.PasteMsg{Content: "x"},
		tea.ClipboardMsg{},
		tea.CapabilityMsg{},
		tea.ResumeMsg{},
		tea.EnvMsg{},
		tea.KeyboardEnhancementsMsg{},
		tea.ModeReportMsg{},
		tea.MouseMotionMsg{},
		tea.MouseReleaseMsg{},
		tea.MouseClickMsg{X: -1, Y: 999, Button: tea.MouseLeft},
		tea.MouseWheelMsg{},
		tea.BackgroundColorMsg{},
		tea.ColorProfileMsg{},
		tea.WindowSizeMsg{Width: 80, Height: 24},
		app.Orphan(nil), app.ToShown(d.Model(), nil),
		struct{}{},
		errors.New("stray"), "stray",
	} {
		d.Send(msg)
	}
	d.Expect("Nightly ETL")
}
