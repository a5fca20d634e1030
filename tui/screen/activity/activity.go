// Package activity shows the audit log: of one unit as a tab, or of everything that the reader may read. Times are
// always exact here.
package activity

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/list"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// Kinds is the page "activity" of the rail.
func Kinds() []*app.Kind {
	return []*app.Kind{{Name: "activity", Title: "Activity", Rail: 7, Make: func(e *app.Env, _ app.Page) app.Screen {
		return New(e, core.Ref{}, "Activity")
	}}}
}

// Screen is the log of a unit, newest first.
type Screen struct {
	env   *app.Env
	unit  core.Ref
	title []string
	rows.Pane[core.EventView]
	actions []*keymap.Action
	heads   []core.Head
	checked []core.Verification
	made    core.Moment // the last checkpoint of this session
}

// New makes the log of a unit as a tab of its page, or with the zero Ref of everything that the actor may read. title are
// the parts of the breadcrumb; SetTitle changes them when the name is known.
func New(e *app.Env, unit core.Ref, title ...string) *Screen {
	s := &Screen{env: e, unit: unit, title: title}
	actor, now := e.Session.Actor, e.Session.Now
	s.List = app.NewList(e, list.Options[core.EventView]{
		Noun: "event",
		Source: rows.From(func(ctx context.Context, q core.Query) (core.Page[core.EventView], error) {
			asked, err := query(q, unit, now())
			if err != nil {
				return core.Page[core.EventView]{}, err
			}
			return actor.Activity(ctx, asked)
		}),
		ID: func(v core.EventView) string { return v.Chain.String() + "#" + strconv.FormatUint(v.Sequence, 10) },
		Columns: []list.Column[core.EventView]{
			{Title: "time (UTC)", Min: 19, Cell: list.Text(func(v core.EventView) string { return v.Time.Time().Format("2006-01-02 15:04:05") })},
			{Title: "who", Min: 18, Max: 27, Cell: list.Text(func(v core.EventView) string { return v.Who })},
			{Title: "action", Min: 20, Cell: s.action},
			{Title: "about", Min: 14, Max: 28, Priority: 1, Cell: list.Text(cell.About)},
			{Title: "origin", Min: 8, Max: 20, Priority: 1, Wide: true, Cell: list.Text(func(v core.EventView) string { return v.Origin })},
			{Title: "reason", Min: 15, Priority: 2, Cell: list.Text(reason)},
		},
		Empty:   list.Empty{Text: "Nothing has happened here yet."},
		NoMarks: true,
		Open:    func(v core.EventView) tea.Cmd { return card.Show(detail(v)) },
	})
	s.actions = append([]*keymap.Action{
		{
			ID: "activity.verify", Title: "verify the chain", Keys: []string{"V"}, Group: keymap.GroupAct, Hint: 10,
			Guard: s.mayVerify, Run: s.verify, Command: s.verifyCommand,
		},
		s.checkpointAction(),
		{ID: "activity.narrow", Title: "narrow", Long: "narrow to who, what, unit and time", Keys: []string{"f"}, Group: keymap.GroupFind, Hint: 11, Run: s.narrow},
	}, s.List.Actions()...)
	return s
}

// SetTitle changes the breadcrumb.
func (s *Screen) SetTitle(title ...string) { s.title = title }

func (s *Screen) action(v core.EventView) theme.Span {
	if v.Outcome == core.OutcomeDenied {
		t := string(v.Action) + " denied"
		if v.Count > 0 {
			t += fmt.Sprintf(" ×%d", v.Count)
		}
		return theme.Span{Role: theme.Danger, Text: s.env.Look().Glyphs.Failed + " " + t}
	}
	return theme.Span{Text: string(v.Action)}
}

// reason is what the actor gave, or for a denied attempt the reason of the refusal; without one, what changed.
func reason(v core.EventView) string {
	var parts []string
	if late := due(v); late != "" {
		parts = append(parts, "due "+late)
	}
	if v.Reason != "" {
		return strings.Join(append(parts, v.Reason), ", ")
	}
	for _, c := range v.Changes {
		if c.Subject == nil {
			parts = append(parts, change(c))
		}
	}
	return strings.Join(parts, ", ")
}

// due is when what ended by time was due, where that was written down later (V10).
func due(v core.EventView) string {
	if v.Due == 0 || v.Due == v.Time {
		return ""
	}
	return v.Due.Time().Format("2006-01-02 15:04:05 MST")
}

func change(c core.Change) string {
	c.Before, c.After = moment(c.Before), moment(c.After)
	switch {
	case c.Before == "" && c.After == "":
		return c.Field + " changed"
	case c.Before == "":
		return c.Field + ": " + c.After
	case c.After == "":
		return c.Field + ": " + c.Before + " → nothing"
	}
	return c.Field + ": " + c.Before + " → " + c.After
}

// moment writes a value of a change that is a moment as people read it; any other value stays.
func moment(value string) string {
	if t, err := time.Parse(time.RFC3339, value); err == nil {
		return text.Exact(t)
	}
	return value
}

// count writes a number with its noun: "1 chain", "3 chains".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

// Init implements app.Screen.
func (s *Screen) Init() tea.Cmd { return tea.Batch(s.List.Init(), s.loadHeads()) }

func (s *Screen) loadHeads() tea.Cmd {
	actor := s.env.Session.Actor
	return app.Load(s.env, "heads", func(ctx context.Context) ([]core.Head, error) { return actor.Chains(ctx) })
}

// verified is the answer of a verification.
type verified struct{ results []core.Verification }

// Update implements app.Screen.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case app.Loaded[[]core.Head]:
		if msg.Err == nil {
			s.heads = s.own(msg.Value)
		}
		return nil
	case app.Loaded[core.Checkpoint]:
		return s.showCheckpoint(msg)
	case narrowed:
		return s.List.SetFilter(msg.filter)
	case verified:
		s.checked = msg.results
		return card.Show(report(msg.results))
	}
	return s.List.Update(msg)
}

// own keeps the chains that this page is about. A project stands in the chain of its organization.
func (s *Screen) own(heads []core.Head) []core.Head {
	if s.unit.IsZero() {
		return heads
	}
	var out []core.Head
	for _, h := range heads {
		if h.Chain == s.unit {
			out = append(out, h)
		}
	}
	return out
}

func (s *Screen) mayVerify() error {
	if len(s.heads) == 0 {
		return keymap.Disabled("Chains belong to organizations and maintainers; open the Activity of one that you may read.")
	}
	return nil
}

func (s *Screen) verifyCommand() string {
	if len(s.heads) == 1 {
		return "gatehouse activity verify --chain " + s.heads[0].Chain.String()
	}
	return "gatehouse activity verify"
}

func (s *Screen) verify() tea.Cmd {
	actor, heads := s.env.Session.Actor, s.heads
	total := 0
	for _, h := range heads {
		total += int(h.Sequence)
	}
	return card.Show(&card.Progress{
		Heading: "Verifying", What: "events",
		Work: func(ctx context.Context, report func(done, total int)) (tea.Msg, error) {
			var out []core.Verification
			before := 0
			for _, h := range heads {
				v, err := actor.VerifyChain(ctx, h.Chain, func(done, _ int) { report(before+done, total) })
				if err != nil {
					return nil, err
				}
				before += v.Events
				out = append(out, v)
			}
			return verified{out}, nil
		},
	})
}

// report says how a verification went, broken chains first.
func report(results []core.Verification) *card.Text {
	var broken []string
	events := 0
	for _, v := range results {
		events += v.Events
		if !v.OK {
			broken = append(broken, fmt.Sprintf("%s is broken at event %d: %s", v.Chain, v.FirstBroken, v.Problem))
		}
	}
	verdict := "every event holds the hash of the one before it."
	t := &card.Text{Heading: "The log is whole"}
	if len(broken) > 0 {
		t.Heading = "The log was changed"
		verdict = count(len(broken), "chain") + " broken."
		t.Paragraphs = append(t.Paragraphs, broken...)
	}
	t.Paragraphs = append(t.Paragraphs,
		"Checked "+count(events, "event")+" in "+count(len(results), "chain")+": "+verdict,
		"Cutting off the newest events does not show here; that takes a checkpoint (K) kept elsewhere.")
	return t
}

// View implements app.Screen.
func (s *Screen) View(r layout.Rect) string {
	look := s.env.Look()
	head := s.state()
	if head == "" {
		return s.Draw(r, look)
	}
	return s.Draw(r, look, " "+head)
}

// state is the line about the chain above the list.
func (s *Screen) state() string {
	look := s.env.Look()
	if len(s.heads) == 0 {
		return ""
	}
	events := uint64(0)
	for _, h := range s.heads {
		events += h.Sequence
	}
	where := count(int(events), "event") + " in " + count(len(s.heads), "chain")
	if len(s.heads) == 1 {
		where = fmt.Sprintf("chain %s: %s", s.heads[0].Chain, count(int(events), "event"))
	}
	spans := []theme.Span{{Role: theme.Faint, Text: where + " · "}}
	switch {
	case s.checked == nil:
		spans = append(spans, theme.Span{Role: theme.Faint, Text: "not verified (V)"})
	case s.whole():
		spans = append(spans, theme.Span{Role: theme.Success, Text: look.Glyphs.Done + " verified"})
	default:
		spans = append(spans, theme.Span{Role: theme.Danger, Text: look.Glyphs.Failed + " broken"})
	}
	last := "no checkpoint (K)"
	if s.made != 0 {
		last = "checkpoint of " + s.made.Time().Format("15:04:05")
	}
	return look.Line(append(spans, theme.Span{Role: theme.Faint, Text: " · " + last})...)
}

func (s *Screen) whole() bool {
	for _, v := range s.checked {
		if !v.OK {
			return false
		}
	}
	return true
}

// Actions implements app.Screen.
func (s *Screen) Actions() []*keymap.Action { return s.actions }

// Title implements app.Screen.
func (s *Screen) Title() []string { return s.title }

// Refresh implements app.Refresher.
func (s *Screen) Refresh() tea.Cmd { return tea.Batch(s.List.Refresh(), s.loadHeads()) }

// Preview implements app.Previewer.
func (s *Screen) Preview(r layout.Rect) string {
	v, ok := s.List.Current()
	if !ok {
		return ""
	}
	return strings.Join(fields(s.env.Look(), r.W, v), "\n")
}

// detail shows all fields of an event (AU2).
func detail(v core.EventView) *card.Text {
	return &card.Text{
		Heading: v.Chain.String() + " #" + strconv.FormatUint(v.Sequence, 10),
		Render:  func(look *theme.Look, w int) []string { return fields(look, w, v) },
	}
}

func fields(look *theme.Look, width int, v core.EventView) []string {
	f := cell.NewFields(look, width, 9)
	f.Text("Action", string(v.Action)).Text("Outcome", v.Outcome).Text("Who", v.Who).
		Text("Time", v.Time.Time().Format("2006-01-02 15:04:05 MST")).Text("Was due", due(v)).Text("Origin", v.Origin).Text("About", v.About).
		Text("Reason", v.Reason)
	if v.Count > 0 {
		f.Text("Repeated", strconv.Itoa(v.Count)+" times within ten minutes")
	}
	f.Text("Linked", v.Linked)
	for i, c := range v.Changes {
		label := ""
		if i == 0 {
			label = "Changes"
		}
		line := change(c)
		if c.Subject != nil {
			line = c.Subject.String() + ", " + line
		}
		f.Add(label, theme.Span{Text: line})
	}
	f.Gap().Add("Chain", theme.Span{Role: theme.Faint, Text: v.Chain.String() + " #" + strconv.FormatUint(v.Sequence, 10)})
	f.Add("Hash", theme.Span{Role: theme.Faint, Text: text.Cut(v.Hash, max(width-14, 16))})
	f.Add("Previous", theme.Span{Role: theme.Faint, Text: text.Cut(v.Previous, max(width-14, 16))})
	return f.Lines()
}
