package list

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

type row struct {
	n    int
	name string
}

// numbers is an ordered collection of n rows that exists only in the question: row i is number i.
type numbers struct {
	n       int
	fetches int
	rows    int // rows given out
	err     error
	removed map[int]bool
}

func (s *numbers) fetch(_ context.Context, q Query) (Page[row], error) {
	s.fetches++
	if s.err != nil {
		return Page[row]{}, s.err
	}
	f := ParseFilter(q.Filter)
	at, err := strconv.Atoi(q.From)
	var out []row
	step, i := 1, 0
	if err == nil {
		i = at + 1
	}
	if q.Backward {
		step, i = -1, s.n-1
		if err == nil {
			i = at - 1
		}
	}
	first, last := i, i-step
	for ; i >= 0 && i < s.n && len(out) < q.Limit; i += step {
		last = i
		k := i
		if q.Reverse {
			k = s.n - 1 - i
		}
		r := row{k, "row " + strconv.Itoa(k)}
		if s.removed[k] || !f.Match(func(string) string { return r.name }) {
			continue
		}
		out = append(out, r)
	}
	done := i < 0 || i >= s.n
	if q.Backward {
		slices.Reverse(out)
		first, last = last, first
	}
	s.rows += len(out)
	return Page[row]{Rows: out, Prev: strconv.Itoa(first), Next: strconv.Itoa(last), Done: done, Total: s.n - len(s.removed)}, nil
}

func columns() []Column[row] {
	return []Column[row]{
		{Title: "name", Min: 10, Max: 20, Sort: "name", Cell: Text(func(r row) string { return r.name })},
		{Title: "number", Min: 8, Right: true, Priority: 2, Cell: Text(func(r row) string { return strconv.Itoa(r.n) })},
		{Title: "state", Min: 10, Priority: 1, Cell: func(row) theme.Span { return theme.Span{Role: theme.Success, Text: "● active"} }},
		{Title: "extra", Min: 10, Wide: true, Cell: Text(func(row) string { return "wide" })},
		{Title: "note", Min: 10, Cell: Text(func(r row) string { return "free text of row 名前 " + strconv.Itoa(r.n) })},
	}
}

type bench struct {
	*Model[row]
	src  *numbers
	look *theme.Look
	now  time.Time
	size layout.Rect
	late []tea.Cmd // commands that are held back
	hold bool
}

func newBench(t testing.TB, n int) *bench {
	t.Helper()
	b := &bench{src: &numbers{n: n, removed: map[int]bool{}}, look: theme.Must(theme.Dark, false), now: time.Unix(1_000_000_020, 0), size: layout.Rect{W: 100, H: 36}}
	b.Model = New(Options[row]{
		Columns: columns(), Source: b.src.fetch, ID: func(r row) string { return strconv.Itoa(r.n) }, Noun: "row",
		Empty: Empty{Text: "No rows yet.", Hint: "a makes one"}, Now: func() time.Time { return b.now },
		After: func(time.Duration, tea.Msg) tea.Cmd { return nil },
	})
	b.View(b.size, b.look)
	b.run(b.Init())
	return b
}

func (b *bench) run(cmd tea.Cmd) {
	for todo := []tea.Cmd{cmd}; len(todo) > 0; todo = todo[1:] {
		if todo[0] == nil {
			continue
		}
		if b.hold {
			b.late = append(b.late, todo[0])
			continue
		}
		switch msg := todo[0]().(type) {
		case tea.BatchMsg:
			todo = append(todo, msg...)
		default:
			todo = append(todo, b.Update(msg))
		}
	}
}

func (b *bench) release() {
	b.hold = false
	late := b.late
	b.late = nil
	for _, c := range late {
		b.run(c)
	}
}

func (b *bench) do(id string) {
	for _, a := range b.Actions() {
		if a.ID == id {
			b.run(a.Run())
			return
		}
	}
	panic("no action " + id)
}

func (b *bench) frame() string { return b.View(b.size, b.look) }

func (b *bench) want(t *testing.T, id, position string) {
	t.Helper()
	b.frame()
	if b.CurrentID() != id || b.Position(b.look) != position {
		t.Fatalf("cursor on %q at %q, want %q at %q", b.CurrentID(), b.Position(b.look), id, position)
	}
}

// Behaviour 1: whatever the size, few rows are read, few kept, and moving draws only what appears.
func TestWindowOverAMillion(t *testing.T) {
	b := newBench(t, 1_000_000)
	b.frame()
	b.want(t, "0", "1 of 1,000,000")
	if b.src.rows > 300 {
		t.Errorf("%d rows were read for the first frame", b.src.rows)
	}
	drawn := b.Drawn()
	for range 10 {
		b.do("list.down")
		b.frame()
	}
	if n := b.Drawn() - drawn; n != 0 {
		t.Errorf("%d rows were drawn for ten moves inside the window", n)
	}
	b.want(t, "10", "11 of 1,000,000")
	for range 100 {
		b.do("list.page-down")
		b.frame()
		if b.Len() > 700 {
			t.Fatalf("%d rows are kept", b.Len())
		}
	}
	b.want(t, strconv.Itoa(10+100*b.height), group(11+100*b.height)+" of 1,000,000")
	b.do("list.last")
	b.want(t, "999999", "1,000,000 of 1,000,000")
	for range 30 {
		b.do("list.page-up")
		b.frame()
	}
	b.want(t, strconv.Itoa(999_999-30*b.height), group(1_000_000-30*b.height)+" of 1,000,000")
	b.do("list.first")
	b.want(t, "0", "1 of 1,000,000")
}

// Every row is seen exactly once on the way down and up, across all page borders.
func TestWalkSeesEveryRowOnce(t *testing.T) {
	b := newBench(t, 1234)
	b.frame()
	for i := range 1234 {
		if b.CurrentID() != strconv.Itoa(i) {
			t.Fatalf("step %d is on %s", i, b.CurrentID())
		}
		b.do("list.down")
		b.frame()
	}
	for i := 1233; i >= 0; i-- {
		if b.CurrentID() != strconv.Itoa(i) {
			t.Fatalf("on the way up, %d is %s", i, b.CurrentID())
		}
		b.do("list.up")
		b.frame()
	}
	b.want(t, "0", "1 of 1,234")
}

// Behaviour 3: cursor and marks are ids; they keep their rows when others vanish and the order turns round.
func TestIdentitySurvivesReload(t *testing.T) {
	b := newBench(t, 50)
	for range 10 {
		b.do("list.down")
	}
	b.do("list.mark")
	b.src.removed[3], b.src.removed[5] = true, true
	b.run(b.Refresh())
	b.want(t, "11", "1 marked, 10 of 48")
	if got := b.Targets(); len(got) != 1 || got[0].n != 10 {
		t.Errorf("targets are %v", got)
	}
	b.src.removed[11] = true // the row under the cursor goes: its neighbour takes over
	b.run(b.Refresh())
	b.want(t, "12", "1 marked, 10 of 47")
}

func TestReloadInTheMiddleKeepsTheWindow(t *testing.T) {
	b := newBench(t, 100_000)
	for range 60 {
		b.do("list.page-down")
		b.frame()
	}
	id, before := b.CurrentID(), b.frame()
	b.run(b.Refresh())
	if b.CurrentID() != id || b.frame() != before {
		t.Errorf("the window moved from %s to %s", id, b.CurrentID())
	}
	b.do("list.up")
	if n, _ := strconv.Atoi(id); b.CurrentID() != strconv.Itoa(n-1) {
		t.Errorf("up from %s is %s", id, b.CurrentID())
	}
}

func TestRangeMarks(t *testing.T) {
	b := newBench(t, 50)
	b.do("list.range")
	for range 4 {
		b.do("list.down")
	}
	b.do("list.up")
	if b.Marked() != 4 {
		t.Errorf("%d rows are marked", b.Marked())
	}
	b.do("list.range")
	b.do("list.down")
	if b.Marked() != 4 {
		t.Errorf("the ended range still follows: %d", b.Marked())
	}
	b.do("list.unmark")
	if b.Marked() != 0 {
		t.Error("marks were not cleared")
	}
	b.do("list.mark-all")
	if b.Marked() != 50 {
		t.Errorf("%d rows are marked", b.Marked())
	}
	big := newBench(t, 5000)
	big.do("list.mark-all")
	if big.Marked() != markLimit {
		t.Errorf("%d rows are marked", big.Marked())
	}
}

func key(s string) tea.KeyPressMsg {
	switch s {
	case "enter":
		return tea.KeyPressMsg{Code: tea.KeyEnter}
	case "esc":
		return tea.KeyPressMsg{Code: tea.KeyEscape}
	}
	return tea.KeyPressMsg{Code: []rune(s)[0], Text: s}
}

// Behaviour 7: typing narrows at once, late answers are dropped, the chip stays, esc clears.
func TestFilterDropsLateAnswers(t *testing.T) {
	b := newBench(t, 1000)
	b.do("list.filter")
	b.hold = true
	for _, r := range "=999" {
		b.run(b.Update(key(string(r))))
	}
	if len(b.late) < 4 || b.src.fetches > 3 {
		t.Fatalf("%d commands wait, %d fetches", len(b.late), b.src.fetches)
	}
	slices.Reverse(b.late) // the oldest answer comes last
	b.release()
	b.run(b.Update(key("enter")))
	b.want(t, "999", "1 of 1,000")
	if f := text.Clean(b.frame()); !strings.Contains(f, "/ =999") || b.Len() != 1 {
		t.Errorf("%d rows, frame\n%s", b.Len(), f)
	}
	cmd, stepped := b.Back()
	b.run(cmd)
	if !stepped || b.Filter() != "" || b.Len() < 100 {
		t.Error("the filter was not cleared")
	}
}

func TestSortMenuOffersOnlyWhatTheSourceCanSort(t *testing.T) {
	b := newBench(t, 10)
	for _, a := range b.Actions() {
		if a.ID != "list.sort" {
			continue
		}
		o, ok := a.Run()().(card.Open)
		menu, isMenu := o.Card.(*card.Menu)
		if !ok || !isMenu || len(menu.Items) != 1 || menu.Items[0].Label != "name" {
			t.Fatalf("got %+v", o.Card)
		}
		b.run(func() tea.Msg { return menu.Items[0].Answer })
		if s, _ := b.Order(); s != "name" || !strings.Contains(b.frame(), "NAME ↑") {
			t.Errorf("sorted by %q", s)
		}
		b.do("list.reverse")
		b.want(t, "9", "1 of 10")
	}
}

func TestSortKeysAreAnsweredWhereThereIsOneOrder(t *testing.T) {
	m := New(Options[row]{
		Columns: []Column[row]{{Title: "name", Cell: Text(func(row) string { return "" })}}, Noun: "row", ID: func(row) string { return "" },
		Source: func(context.Context, Query) (Page[row], error) { return Page[row]{}, nil },
	})
	for _, id := range []string{"list.sort", "list.reverse"} {
		i := slices.IndexFunc(m.Actions(), func(a *keymap.Action) bool { return a.ID == id })
		if i < 0 || m.Actions()[i].Hint != 0 {
			t.Fatalf("%s is missing, or stands among the hints", id)
		}
		if err := m.Actions()[i].Allowed(1); err == nil || !strings.Contains(err.Error(), "one order") {
			t.Errorf("%s says %v", id, err)
		}
	}
}

// Behaviour 10: four states, each saying what to press; old rows stay while new ones load or fail.
func TestFourStates(t *testing.T) {
	b := newBench(t, 0)
	for _, want := range []string{"No rows yet.", "a makes one"} {
		if !strings.Contains(b.frame(), want) {
			t.Errorf("empty: %q is missing", want)
		}
	}
	for id, want := range map[string]string{
		"list.mark": "There is nothing to mark here.", "list.range": "There is nothing to mark here.",
		"list.mark-all": "There is nothing to mark here.", "list.wide": "The further columns are shown when there is a row.",
	} {
		i := slices.IndexFunc(b.Actions(), func(a *keymap.Action) bool { return a.ID == id })
		if cmd := b.Actions()[i].Run(); cmd == nil || cmd() != (Say{want}) {
			t.Errorf("%s says nothing on an empty list", id)
		}
	}
	b = newBench(t, 5)
	b.run(b.SetFilter("=zzz"))
	if !strings.Contains(b.frame(), "Nothing matches =zzz.") {
		t.Errorf("no match:\n%s", b.frame())
	}
	b = newBench(t, 5)
	b.src.err = errors.New("boom")
	b.run(b.Refresh())
	if f := b.frame(); !strings.Contains(f, "row 3") || !strings.Contains(f, "Not up to date") {
		t.Errorf("failed with rows:\n%s", f)
	}
	fresh := newBench(t, 5)
	fresh.src.err = &core.Error{Code: core.CodeDenied, Message: "Members only.", Next: "Ask ana."}
	fresh.Model = New(fresh.o)
	fresh.frame()
	fresh.run(fresh.Init())
	if f := fresh.frame(); !strings.Contains(f, "! Members only.") || !strings.Contains(f, "Ask ana.") {
		t.Errorf("denied:\n%s", f)
	}
	fresh.src.err = nil
	fresh.run(fresh.Refresh())
	if !strings.Contains(fresh.frame(), "row 3") {
		t.Error("refresh did not recover")
	}
}

// A spinner shows only when loading takes longer than 200 ms.
func TestSpinnerOnlyAfterPatience(t *testing.T) {
	b := newBench(t, 5)
	var after time.Duration
	b.o.After = func(d time.Duration, msg tea.Msg) tea.Cmd { after = d; return func() tea.Msg { return msg } }
	b.hold = true
	b.run(b.Refresh())
	if after != 200*time.Millisecond || strings.Contains(b.Position(b.look), "⠙") {
		t.Errorf("spinner after %v: %q", after, b.Position(b.look))
	}
	b.hold = false
	b.Update(spinMsg{b.Model, b.chain})
	if !strings.HasPrefix(b.Position(b.look), "⠙") || !strings.Contains(b.frame(), "row 3") {
		t.Errorf("no spinner, or the old rows are gone: %q", b.Position(b.look))
	}
	b.release()
	if strings.HasPrefix(b.Position(b.look), "⠙") {
		t.Error("the spinner stays")
	}
}

// A source may answer with few rows or none and a cursor: the search goes on by itself, and shows that it does.
func TestSearchGoesOnThroughEmptyPages(t *testing.T) {
	b := newBench(t, 0)
	pages := 0
	src := func(_ context.Context, q Query) (Page[row], error) {
		pages++
		at, _ := strconv.Atoi(q.From)
		if at < 50 {
			return Page[row]{Next: strconv.Itoa(at + 1), Total: -1}, nil
		}
		return Page[row]{Rows: []row{{7, "found"}}, Done: true, Total: -1}, nil
	}
	spins := 0
	b.Model = New(Options[row]{
		Columns: columns(), Source: src, ID: func(r row) string { return strconv.Itoa(r.n) },
		After: func(_ time.Duration, msg tea.Msg) tea.Cmd { spins++; return nil },
	})
	b.frame()
	b.run(b.Init())
	b.want(t, "7", "1 of 1")
	if pages != 51 || spins != 1 {
		t.Errorf("%d pages, %d spinners", pages, spins)
	}
}

func TestColumnsDropByPriority(t *testing.T) {
	b := newBench(t, 3)
	for _, c := range []struct {
		w    int
		want []int
	}{
		{100, []int{20, 8, 10, 0, 53}},
		{47, []int{10, 8, 10, 0, 10}},
		{41, []int{14, 0, 10, 0, 10}},
		{30, []int{17, 0, 0, 0, 11}},
		{20, []int{7, 0, 0, 0, 9}},
	} {
		got := b.fit(c.w - front)
		sum, shown := 0, 0
		for _, w := range got {
			if w > 0 {
				sum += w
				shown++
			}
		}
		if sum+gap*(shown-1) != c.w-front {
			t.Errorf("width %d: %v does not add up", c.w, got)
		}
		if c.w > 30 && !reflect.DeepEqual(got, c.want) {
			t.Errorf("width %d: %v, want %v", c.w, got, c.want)
		}
	}
	b.do("list.wide")
	if !strings.Contains(b.frame(), "EXTRA") {
		t.Error("w does not show wide columns")
	}
}

func TestEveryLineIsExact(t *testing.T) {
	b := newBench(t, 300)
	b.do("list.mark")
	for w := 20; w < 160; w += 7 {
		for _, h := range []int{3, 10, 40} {
			b.size = layout.Rect{W: w, H: h}
			lines := strings.Split(b.frame(), "\n")
			if len(lines) > h {
				t.Errorf("%d lines in %d", len(lines), h)
			}
			for _, l := range lines {
				if text.Width(l) != w {
					t.Fatalf("width %d: %q has %d", w, l, text.Width(l))
				}
			}
		}
	}
}

func TestRelativeTimesAreDrawnAgainAfterAMinute(t *testing.T) {
	b := newBench(t, 10)
	b.frame()
	n := b.Drawn()
	b.now = b.now.Add(10 * time.Second)
	b.frame()
	if b.Drawn() != n {
		t.Error("drawn again within the minute")
	}
	b.now = b.now.Add(time.Minute)
	b.frame()
	if b.Drawn() != n+10 && b.Drawn() != n+20 {
		t.Errorf("%d rows drawn after a minute", b.Drawn()-n)
	}
}

func TestActionsOnEmptyLists(t *testing.T) {
	b := newBench(t, 0)
	for _, a := range b.Actions() {
		if a.Shown() && a.ID != "list.sort" {
			b.run(a.Run())
			b.frame()
		}
	}
}

func TestParseFilter(t *testing.T) {
	for in, want := range map[string]Filter{
		"etl":          {{Text: "etl"}},
		"=ETL !old":    {{Text: "etl", Exact: true}, {Text: "old", Not: true}},
		"state:active": {{Field: "state", Text: "active"}},
		"state:!=gone": {{Field: "state", Text: "gone", Not: true, Exact: true}},
		"!state:gone":  {{Field: "state", Text: "gone", Not: true}},
		"12:30 =":      {{Text: "12:30"}},
		"":             nil,
	} {
		if got := ParseFilter(in); !reflect.DeepEqual(got, want) {
			t.Errorf("%q is %+v, want %+v", in, got, want)
		}
	}
}

// TestTermsMatch: a plain letter finds the accented one in every list (7, F13 of the trials), and an accent only itself.
func TestTermsMatch(t *testing.T) {
	for _, x := range []struct {
		filter, text string
		want         bool
	}{
		{"ntl", "Nightly ETL", true},
		{"zn", "nightly", false},
		{"kruger", "Tilo Krüger", true},
		{"kgr", "Tilo Krüger", true},
		{"krüger", "Tilo Kruger", false},
		{"=kruger", "Tilo Krüger", true},
		{"=krug", "Tilo Krüger", false},
		{"!cafe", "Café Zürich", false},
		{"strasse", "Hauptstraße", true},
		{"LODZ", "Łódź", true},
		{"name:dominguez", "Ines Domínguez", true},
	} {
		if got := ParseFilter(x.filter).Match(func(string) string { return x.text }); got != x.want {
			t.Errorf("%q in %q: %t", x.filter, x.text, got)
		}
	}
}

// Targets of performance.md: at most 150 allocations a key, at any size.
func TestAllocationsPerKey(t *testing.T) {
	var counts []float64
	for _, n := range []int{1000, 1_000_000} {
		b := newBench(t, n)
		b.frame()
		down, up := b.find("list.down"), b.find("list.up")
		counts = append(counts, testing.AllocsPerRun(100, func() {
			down.Run()
			b.frame()
			up.Run()
			b.frame()
		})/2)
	}
	for _, c := range counts {
		if c > 40 {
			t.Errorf("%v allocations a key", counts)
		}
	}
	if counts[1] > counts[0]*1.5 {
		t.Errorf("allocations grow with the collection: %v", counts)
	}
}

func BenchmarkKey(b *testing.B) {
	for _, n := range []int{1000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			l := newBench(b, n)
			l.frame()
			down := l.find("list.down")
			up := l.find("list.up")
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if i/500%2 == 0 {
					l.run(down.Run())
				} else {
					l.run(up.Run())
				}
				l.frame()
			}
		})
	}
}

type action = interface{ Run() tea.Cmd }

type runner func() tea.Cmd

func (r runner) Run() tea.Cmd { return r() }

func (b *bench) find(id string) action {
	for _, a := range b.Actions() {
		if a.ID == id {
			return runner(a.Run)
		}
	}
	return nil
}
