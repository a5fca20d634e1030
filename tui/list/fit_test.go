package list

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"gatehouse/tui/layout"
	"gatehouse/tui/theme"
)

// TestRoomGoesToWhatTellsRowsApart: the column that tells rows apart gets room first, no column is cut beside one that is
// blank, and names that differ at the end stay different (F15).
func TestRoomGoesToWhatTellsRowsApart(t *testing.T) {
	type person struct{ who, role, reason string }
	people := []person{
		{"wg-structured-logging-admins", "ADMIN, DEFAULT", ""},
		{"wg-structured-logging-maintainers", "KUBE_OPERATORS", ""},
		{"wg-structured-logging-reviewers", "DEFAULT", ""},
	}
	look := theme.Must(theme.Dark, false)
	lines := func(w int, rows []person) []string {
		m := New(Options[person]{
			Columns: []Column[person]{
				{Title: "who", Min: 12, Max: 20, Cell: Text(func(p person) string { return p.who })},
				{Title: "role", Min: 7, Max: 9, Priority: 2, Cell: Text(func(p person) string { return p.role })},
				{Title: "reason", Min: 11, Cell: Text(func(p person) string { return p.reason })},
			},
			Source: Slice(func(context.Context) ([]person, error) { return rows, nil }, func(p person, _ string) string { return p.who }),
			ID:     func(p person) string { return p.who }, After: nil,
		})
		r := layout.Rect{W: w, H: 10}
		var run func(cmd tea.Cmd)
		run = func(cmd tea.Cmd) {
			if cmd == nil {
				return
			}
			switch msg := cmd().(type) {
			case nil:
			case tea.BatchMsg:
				for _, c := range msg {
					run(c)
				}
			default:
				run(m.Update(msg))
			}
		}
		m.o.After = func(time.Duration, tea.Msg) tea.Cmd { return nil }
		run(m.Init())
		return strings.Split(ansi.Strip(m.View(r, look)), "\n")[1:4]
	}
	for i, l := range lines(74, people) {
		if !strings.Contains(l, people[i].who) || !strings.Contains(l, people[i].role) {
			t.Errorf("cut beside a blank column: %q", l)
		}
	}
	seen := map[string]bool{}
	for _, l := range lines(40, people) {
		seen[strings.Fields(l)[0]+strings.Fields(l)[1]] = true
	}
	if len(seen) != 3 {
		t.Errorf("alike at 40 columns: %v", seen)
	}
	people[0].reason, people[1].reason, people[2].reason = strings.Repeat("why ", 20), "", ""
	if l := lines(74, people)[0]; !strings.Contains(l, people[0].who) || !strings.Contains(l, "why why") {
		t.Errorf("a long reason takes the name's room: %q", l)
	}
}
