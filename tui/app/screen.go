package app

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/list"
	"gatehouse/tui/theme"
)

// Screen is the contract of every page. All methods run on the session's one goroutine; none may read or wait: work runs
// in commands (see Load and Act).
type Screen interface {
	// Init starts loading. It runs once.
	Init() tea.Cmd
	// Update has three cases: data (results and answers that the screen asked for), keys that no action has, and the
	// rest, which goes to its parts, such as its list. It never sees keys that belong to an action.
	Update(msg tea.Msg) tea.Cmd
	// View draws into r: at most r.H lines of at most r.W cells; the root pads and cuts. It is called at every frame.
	View(r layout.Rect) string
	// Actions are what can be done here. Make the slice once and return the same one.
	Actions() []*keymap.Action
	// Title are the parts of the breadcrumb, outermost first, without product and tab: {"Acme", "Churn model"}.
	Title() []string
}

// Refresher reloads after a change of the house, on r, and when a stale screen is shown again. Old content stays until
// the new is there.
type Refresher interface{ Refresh() tea.Cmd }

// Capturer has a focused text input: every key but ctrl+c goes to Update first.
type Capturer interface{ Captures() bool }

// Hinter names the keys of its focused text input for the hint line, as key and word: {"enter", "next"}. Without it they
// are those of a filter.
type Hinter interface{ TypingHints() [][2]string }

// Targeter has rows: the number that an action would work on.
type Targeter interface{ Targets() int }

// Positioner says where one is, at the right end of the hint line: "3 of 12".
type Positioner interface {
	Position(look *theme.Look) string
}

// Previewer draws the item under the cursor beside the list, from 150 columns on.
type Previewer interface{ Preview(r layout.Rect) string }

// Backer has modes of its own; Back takes one step out of them and reports whether there was one.
type Backer interface{ Back() (tea.Cmd, bool) }

// Clicker takes mouse clicks, in cells from the top left corner of its rectangle.
type Clicker interface{ Click(x, y int) tea.Cmd }

// Wheeler takes the mouse wheel, in lines, down is positive.
type Wheeler interface{ Wheel(by int) tea.Cmd }

// Failer shows an error in place of what it should show: that error, or nil. A ticket can be opened with it (ST2).
type Failer interface{ Failure() error }

// Copier has something to copy with y: what is copied, "" for nothing.
type Copier interface{ Copy() string }

// Counter knows numbers for tabs of its kind: "" for none.
type Counter interface{ TabCount(tab string) string }

// Tab is one tab of a kind of page.
type Tab struct{ ID, Title string }

// Kind is a kind of page and how its screens are made. Each tab of a page is a screen of its own.
type Kind struct {
	Name string
	// Title is the word for the rail and the palette: "Requests".
	Title string
	// Rail is the place 1..9 in the rail; 0 for pages of one record.
	Rail int
	// Tabs of a page of this kind, the first one is the default; nil for none. It may depend on the session.
	Tabs func(s *Session, p Page) []Tab
	// Alone marks pages before somebody acts: no rail, and no way to other pages but the page's own.
	Alone bool
	// Parent is where back leads when there is no history.
	Parent func(p Page) Page
	// Make builds the screen of a page and tab. It must be cheap and must not start anything: Init does.
	Make func(e *Env, p Page) Screen
}

// Env is what a screen knows about its surroundings.
type Env struct {
	// Session is shared by all screens of one person. Commands may use House, Actor and what is documented as constant.
	Session *Session
	// Page is the page as it was opened, its tab filled in.
	Page Page
	// Previewed is set while the preview pane is shown beside the screen, so that View need not show the item too.
	Previewed bool

	id     uint64
	ctx    context.Context
	cancel context.CancelFunc
	gens   map[string]uint64
	stops  map[string]context.CancelFunc
	screen Screen // once it is made
}

// Refuses reports whether the action of a key is refused on this screen now.
func (e *Env) Refuses(key string) bool {
	if e.screen == nil {
		return false
	}
	for _, a := range e.screen.Actions() {
		if slices.Contains(a.Keys, key) && a.Guard != nil && a.Guard() != nil {
			return true
		}
	}
	return false
}

func newEnv(parent context.Context, s *Session, p Page, id uint64) *Env {
	ctx, cancel := context.WithCancel(parent)
	return &Env{Session: s, Page: p, id: id, ctx: ctx, cancel: cancel, gens: map[string]uint64{}, stops: map[string]context.CancelFunc{}}
}

// Ctx ends when the screen leaves the cache or the session ends. Use it for loading, never for decisions.
func (e *Env) Ctx() context.Context { return e.ctx }

// Look is the session's current theme; ask at every View.
func (e *Env) Look() *theme.Look { return e.Session.Look }

// Now is the session's clock.
func (e *Env) Now() time.Time { return e.Session.Now() }

// NewList makes a list wired to the screen: context, clock, timer, and filter and sort out of the page.
func NewList[R any](e *Env, o list.Options[R]) *list.Model[R] {
	o.Refuses = e.Refuses
	o.Ctx, o.Now, o.After = e.ctx, e.Session.Now, e.Session.After
	if e.Page.Filter != "" {
		o.Filter = e.Page.Filter
	}
	if e.Page.Sort != "" || e.Page.Reverse {
		o.Sort, o.Reverse = e.Page.Sort, e.Page.Reverse
	}
	return list.New(o)
}

// Loaded is the answer of Load in Update: a value or why there is none.
type Loaded[T any] struct {
	Name  string
	Value T
	Err   error
}

// Load runs fn beside the interface. Its answer comes to Update as Loaded[T] with the same name. A newer Load of the same
// name cancels the older one, whose answer is dropped; answers to closed screens are dropped too.
func Load[T any](e *Env, name string, fn func(ctx context.Context) (T, error)) tea.Cmd {
	if stop := e.stops[name]; stop != nil {
		stop()
	}
	ctx, stop := context.WithCancel(e.ctx)
	e.gens[name]++
	e.stops[name] = stop
	gen := e.gens[name]
	return func() tea.Msg {
		defer stop()
		v, err := fn(ctx)
		return versioned{name, gen, Loaded[T]{name, v, err}}
	}
}

// Act carries out a decision beside the interface. Success shows done as a toast ("" for none) and refreshes the screen;
// an error is shown with its next step. It is not cancelled when the screen closes.
func Act(e *Env, done string, fn func(ctx context.Context) error) tea.Cmd {
	ctx := e.Session.context()
	return func() tea.Msg {
		if err := fn(ctx); err != nil {
			return Failed{err}
		}
		return acted{done}
	}
}

// Call is Act whose answer comes to Update as Loaded[T], for screens that go on with the result.
func Call[T any](e *Env, name string, fn func(ctx context.Context) (T, error)) tea.Cmd {
	ctx := e.Session.context()
	return func() tea.Msg {
		v, err := fn(ctx)
		return Loaded[T]{name, v, err}
	}
}

// Messages that a screen may answer with, from commands or card answers; the root carries them out.
type (
	// Go opens a page and remembers the one before. It is ignored when the sender is not shown any more.
	Go struct{ Page Page }
	// Replace opens a page in place of the current one.
	Replace struct{ Page Page }
	// GoBack leaves the page.
	GoBack struct{}
	// Toast tells something for four seconds.
	Toast struct {
		Role theme.Role // theme.Success, theme.Info, theme.Warning
		Text string
	}
	// Failed shows an error with its next step until a key is pressed.
	Failed struct{ Err error }
	// Copy puts text on the clipboard of the terminal; What names it for the toast.
	Copy struct{ What, Text string }
	// Reload refreshes the shown screen and the counts.
	Reload struct{}
	// SetTheme changes theme or glyphs of the session; Theme "" keeps it, "auto" follows the terminal.
	SetTheme struct {
		Theme string
		ASCII bool
	}
	// SetMouse turns the mouse of the session on or off.
	SetMouse struct{ On bool }
	// Switch changes the session, such as its actor, closes all screens and opens Page, or the first page. Told, when
	// it has a text, is said there.
	Switch struct {
		Apply func(s *Session)
		Page  Page
		Told  Toast
	}
	// Quit ends the session.
	Quit struct{}
)

// Open is the command for Go.
func Open(p Page) tea.Cmd { return Send(Go{p}) }

// Tell is the command for a toast that only informs.
func Tell(text string) tea.Cmd { return Send(Toast{theme.Info, text}) }

// Fail is the command for Failed.
func Fail(err error) tea.Cmd { return Send(Failed{err}) }

// Send is the command that answers with msg.
func Send(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }

type (
	versioned struct {
		name string
		gen  uint64
		msg  tea.Msg
	}
	acted struct{ text string }
)
