package card

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/keymap"
	"gatehouse/tui/problem"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// BulkRow is one target of a bulk decision.
type BulkRow struct {
	ID string
	// Label names the target, Note says what will happen to it.
	Label, Note string
	// Skip, when set, says why the target is left out.
	Skip string
}

// Counted stands in the heading of a Bulk for its count. No name holds it (F1).
const Counted = "\x00"

// Bulk decides about many rows: first a table of what will happen to each, then the result of each, with a retry for
// what failed. Rows are decided one after another; esc stops between two.
type Bulk struct {
	// Heading says what is asked. Counted in it stands for how many rows are decided about, and what they are: Noun, or
	// Nouns for several.
	Heading     string
	Noun, Nouns string
	Danger      keymap.Danger
	Body        []string
	Rows        []BulkRow
	// Verb stands on the button: "Approve". Done is the word of a result: "approved".
	Verb, Done string
	// Run decides about one row beside the interface.
	Run func(ctx context.Context, id string) error
	// Try, when set, tells what Run would do to each of the rows, one after the other, each as if those before it were done.
	// It is asked once, before anything is decided: what would be refused is left out, with the words of the refusal, and
	// what goes along stands above the table.
	Try func(ctx context.Context, ids []string) (Tried, error)
	// Still, when set, is asked about every row after changes of the house, until the rows are decided: its error leaves
	// the row out, with its words. When no row is left, the card closes with them.
	Still func(ctx context.Context, id string) error
	// StillThere, when set, is asked after changes of the house; its error closes the card with its words.
	StillThere func(ctx context.Context) error

	env     Env
	stage   stage
	focus   int // 0: go on, 1: cancel or close
	top     int
	height  int
	at      int // row that is being decided
	todo    []int
	stop    bool
	results []result

	buttonLine int // of the last View, for clicks
}

type stage uint8

const (
	trying stage = iota
	preflight
	running
	finished
)

type result struct {
	decided bool
	failed  problem.Problem
}

// BulkDone is delivered to the screen when a bulk card closes after something was tried: the ids that are decided, and
// those that are not.
type BulkDone struct{ Done, Failed []string }

type bulkMsg struct {
	card *Bulk
	row  int
	err  error
}

// Tried is what the rows would do.
type Tried struct {
	Errs       []error  // of each row; shorter when not all were looked at
	TakenAlong []string // what they take along beside what they are about, in lines
}

type triedMsg struct {
	card *Bulk
	rows []int
	Tried
}

// Title implements Card. While nothing is decided it counts the rows that will be, then those that were meant to be.
func (b *Bulk) Title() string {
	n := 0
	for _, r := range b.Rows {
		if r.Skip == "" {
			n++
		}
	}
	noun := b.Nouns
	if n == 1 {
		noun = b.Noun
	}
	return strings.Replace(b.Heading, Counted, fmt.Sprintf("%d %s", n, noun), 1)
}

// Captures implements Card.
func (b *Bulk) Captures() bool { return false }

// Start implements Starter.
func (b *Bulk) Start(env Env) tea.Cmd {
	b.env = env
	b.results = make([]result, len(b.Rows))
	b.place()
	rows := b.open()
	if b.Try == nil || len(rows) == 0 {
		b.stage = preflight
		return nil
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = b.Rows[r].ID
	}
	try, ctx := b.Try, env.Ctx
	return func() tea.Msg {
		t, err := try(ctx, ids)
		if err != nil {
			t = Tried{} // the deed will say it
		}
		return triedMsg{b, rows, t}
	}
}

// place puts the focus on the safe button where it belongs.
func (b *Bulk) place() {
	if b.Danger == keymap.Destructive || b.env.Opener == "enter" || len(b.open()) == 0 {
		b.focus = 1
	}
}

// tried leaves out what would be refused.
func (b *Bulk) tried(msg triedMsg) {
	b.Body = append(b.Body, msg.TakenAlong...)
	if looked := len(msg.Errs); looked > 0 && looked < len(msg.rows) {
		b.Body = append(b.Body, fmt.Sprintf("What is said here of the first %d rows was tried out; the rest were not.", looked))
	}
	for i, err := range msg.Errs {
		if row := &b.Rows[msg.rows[i]]; err != nil && row.Skip == "" {
			row.Skip = problem.From(err).Text()
		}
	}
	b.stage = preflight
	b.place()
}

// open lists the rows that are neither skipped nor decided.
func (b *Bulk) open() []int {
	var out []int
	for i, r := range b.Rows {
		if r.Skip == "" && (len(b.results) == 0 || !b.results[i].decided) {
			out = append(out, i)
		}
	}
	return out
}

// Update implements Card.
func (b *Bulk) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case bulkMsg:
		if msg.card != b {
			return nil
		}
		b.results[msg.row] = result{decided: msg.err == nil, failed: problem.From(msg.err)}
		return b.next()
	case triedMsg:
		if msg.card == b && b.stage == trying {
			b.tried(msg)
		}
	case tea.KeyPressMsg:
		return b.key(msg.String())
	}
	return nil
}

func (b *Bulk) key(key string) tea.Cmd {
	if key == b.env.Opener && b.stage <= preflight {
		return nil
	}
	switch key {
	case "esc", "q", "n":
		if b.stage == running {
			b.stop = true
			return nil
		}
		return b.close()
	case "j", "down":
		b.top++
	case "k", "up":
		b.top--
	case "ctrl+f", "pgdown":
		b.top += b.height
	case "ctrl+b", "pgup":
		b.top -= b.height
	case "tab", "shift+tab", "left", "right", "h", "l":
		if b.stage != running && len(b.open()) > 0 {
			b.focus = 1 - b.focus
		}
	case "enter":
		return b.enter()
	}
	return nil
}

func (b *Bulk) enter() tea.Cmd {
	switch {
	case b.stage == running, b.stage == trying && b.focus == 0:
		return nil
	case b.focus == 1:
		return b.close()
	default:
		return b.start()
	}
}

func (b *Bulk) start() tea.Cmd {
	b.todo, b.stage, b.stop = b.open(), running, false
	return b.next()
}

// next decides about the next row.
func (b *Bulk) next() tea.Cmd {
	if len(b.todo) == 0 || b.stop {
		b.stage, b.focus, b.todo = finished, 1, nil
		return nil
	}
	i := b.todo[0]
	b.todo = b.todo[1:]
	b.at = i
	run, ctx, id := b.Run, b.env.Ctx, b.Rows[i].ID
	return func() tea.Msg { return bulkMsg{b, i, run(ctx, id)} }
}

func (b *Bulk) close() tea.Cmd {
	if b.stage <= preflight {
		return Finish(b, nil)
	}
	var d BulkDone
	for i, r := range b.Rows {
		if b.results[i].decided {
			d.Done = append(d.Done, r.ID)
		} else {
			d.Failed = append(d.Failed, r.ID)
		}
	}
	return Finish(b, d)
}

// View implements Card.
func (b *Bulk) View(look *theme.Look, w, h int) Body {
	width := min(w, 90)
	var head []string
	for _, p := range b.Body {
		head = append(head, text.Wrap(p, width)...)
	}
	if len(head) > 0 {
		head = append(head, "")
	}
	tail := []string{"", b.summary(look), b.buttons(look)}
	// What is said above the table scrolls with it, so that the buttons always stand.
	total := len(head) + len(b.Rows)
	b.height = max(h-len(tail), 1)
	if b.stage == running && len(head)+b.at >= b.top+b.height {
		b.top = len(head) + b.at - b.height + 1
	}
	b.top = max(min(b.top, total-b.height), 0)
	label := 0
	for _, r := range b.Rows {
		label = max(label, text.Width(text.Clean(r.Label)))
	}
	label = min(label, width*2/5)
	var lines []string
	for i := b.top; i < total && i < b.top+b.height; i++ {
		if i < len(head) {
			lines = append(lines, head[i])
		} else {
			lines = append(lines, b.row(look, i-len(head), label, width))
		}
	}
	foot := "enter choose  tab next  j k scroll  esc cancel"
	switch b.stage {
	case running:
		foot = "esc stops after this row"
	case finished:
		foot = "enter choose  tab next  esc close"
	default:
	}
	lines = append(lines, tail...)
	b.buttonLine = len(lines) - 1
	return Body{Lines: lines, Width: width, Foot: foot, Below: max(total-b.top-b.height, 0)}
}

func (b *Bulk) row(look *theme.Look, i, label, width int) string {
	r, g := b.Rows[i], look.Glyphs
	mark, note, role := g.Dot, r.Note, theme.Plain
	res := result{}
	if i < len(b.results) {
		res = b.results[i]
	}
	switch {
	case r.Skip != "":
		mark, note, role = "-", "left out: "+r.Skip, theme.Faint
	case res.decided:
		mark, note, role = g.Done, b.Done, theme.Success
	case res.failed.Message != "":
		mark, note, role = g.Failed, res.failed.Text(), theme.Danger
	case b.stage == running && i == b.at:
		mark, note, role = g.Right, "working", theme.Info
	case b.stage == finished:
		mark, note, role = "-", "not tried", theme.Faint
	}
	room := max(width-label-4, 4)
	return look.Paint(role, mark) + " " + look.Paint(theme.Strong, text.Fit(text.Clean(r.Label), label)) + "  " +
		look.Paint(role, text.Cut(text.Clean(note), room))
}

func (b *Bulk) summary(look *theme.Look) string {
	done, failed, skipped := 0, 0, 0
	for i, r := range b.Rows {
		switch {
		case r.Skip != "":
			skipped++
		case i < len(b.results) && b.results[i].decided:
			done++
		case i < len(b.results) && b.results[i].failed.Message != "":
			failed++
		}
	}
	var parts []string
	add := func(n int, word string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, word))
		}
	}
	if b.stage <= preflight {
		add(len(b.Rows)-skipped, "will be "+b.Done)
	} else {
		add(done, b.Done)
		add(failed, "failed")
		add(len(b.Rows)-done-failed-skipped, "open")
	}
	add(skipped, "left out")
	return look.Paint(theme.Faint, strings.Join(parts, ", "))
}

// labels are the words on the buttons.
func (b *Bulk) labels() (yes, no string) {
	if b.stage == finished {
		return fmt.Sprintf("Retry %d", len(b.open())), "Close"
	}
	return fmt.Sprintf("%s %d", b.Verb, len(b.open())), "Cancel"
}

func (b *Bulk) buttons(look *theme.Look) string {
	switch b.stage {
	case trying:
		return look.Paint(theme.Info, "Looking at what each would do "+look.Glyphs.Ellipsis)
	case running:
		return look.Paint(theme.Info, "Working "+look.Glyphs.Ellipsis)
	case preflight, finished:
	}
	yes, no := b.labels()
	if len(b.open()) == 0 {
		return PaintButton(look, no, true)
	}
	return PaintButton(look, yes, b.focus == 0) + "  " + PaintButton(look, no, b.focus == 1)
}
