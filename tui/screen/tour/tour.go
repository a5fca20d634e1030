// Package tour leads a visitor of a demo through the house: ten steps that tick themselves off when the house says that
// they were really done. What ticks a step is a [core.Use], which the house tells after it has succeeded; no key and no
// page ticks anything. Where the visitor stands only decides which key is suggested next.
package tour

import (
	"fmt"
	"slices"
	"sync"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/theme"
)

// Part is a person of the walkthrough.
type Part struct {
	ID    core.AccountID
	Email string
}

// Scene is where the walkthrough takes place.
type Scene struct {
	Admin, Engineer, User Part // Ana, Sam and Pia
	LockedOut             Part // a user of the project without MFA
	Organization          core.Named
	Project               core.Named
	// Kept says that the house stays in a file, Guest that the visitor came over SSH.
	Kept, Guest bool
	// Time says how long the visitor has: "30 minutes"; empty for as long as wanted.
	Time string
}

// Tour is the walkthrough of one visitor. It belongs to the session, not to the account, so it goes on when the visitor
// becomes somebody else. All methods may be called by many goroutines.
type Tour struct {
	steps []step

	mu      sync.Mutex
	scene   Scene
	done    []bool
	seen    memory
	hidden  bool
	version uint64
	told    string    // news that nobody has asked for yet
	opens   card.Card // a card that nobody has shown yet
}

var _ app.Guide = (*Tour)(nil)

// New makes a walkthrough. Its Witness goes to the house, the tour itself to the session as its Guide. The scene may be
// set later, when the house that the witness watches is filled.
func New() *Tour {
	t := &Tour{steps: steps()}
	t.done = make([]bool, len(t.steps))
	return t
}

// Begin sets the scene: from now on what is done counts.
func (t *Tour) Begin(s Scene) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.scene, t.seen.scene = s, s
	t.version++
}

// Witness is told by the house of what has succeeded (core.Options).
func (t *Tour) Witness(u core.Use) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.scene.Admin.ID == 0 {
		return // the house is being filled
	}
	for i, s := range t.steps {
		if t.done[i] || !s.ticks(&t.seen, u) {
			continue
		}
		t.done[i] = true
		t.version++
		t.hear(i)
	}
	t.setBack(u)
}

// setBack opens steps again whose outcome is gone before the next one could be taken. The lock is held.
func (t *Tour) setBack(u core.Use) {
	s, ok := setbacks[u.Action]
	if !ok || !t.seen.here(u) || !about(u, t.seen.asked) || t.done[t.index(s.unless)] {
		return
	}
	for _, id := range s.again {
		if i := t.index(id); t.done[i] {
			t.done[i] = false
			t.version++
			t.told = s.told
		}
	}
}

func (t *Tour) index(id string) int {
	return slices.IndexFunc(t.steps, func(s step) bool { return s.id == id })
}

// hear makes the news of a step that was just done.
func (t *Tour) hear(i int) {
	n, next := t.count()
	t.told = fmt.Sprintf("%d of %d: %s.", n, len(t.steps), t.steps[i].did)
	if next < 0 {
		t.told += " That was the whole walkthrough."
		t.opens = t.farewell()
		return
	}
	t.told += " Next: " + t.steps[next].title + "."
}

// count gives how many steps are done and the first open one, -1 when there is none. The lock is held.
func (t *Tour) count() (n, next int) {
	next = -1
	for i, d := range t.done {
		switch {
		case d:
			n++
		case next < 0:
			next = i
		}
	}
	return n, next
}

// Done gives the ids of the steps that are ticked off, for tests and logs.
func (t *Tour) Done() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []string
	for i, d := range t.done {
		if d {
			out = append(out, t.steps[i].id)
		}
	}
	return out
}

// Steps is how many steps there are.
func (t *Tour) Steps() int { return len(t.steps) }

// Wanted is whom the next step is for; zero for anybody.
func (t *Tour) Wanted() core.AccountID {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, next := t.count()
	if next < 0 {
		return 0
	}
	return t.steps[next].who(t.scene)
}

// News implements app.Guide.
func (t *Tour) News() (app.GuideNews, card.Card) {
	t.mu.Lock()
	defer t.mu.Unlock()
	told, opens := t.told, t.opens
	t.told, t.opens = "", nil
	return app.GuideNews{Told: told, Role: theme.Success}, opens
}

// Version implements app.Guide.
func (t *Tour) Version() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.version
}

// Actions are the keys of the walkthrough, for every page. keys gives the keymap file of the session.
func (t *Tour) Actions(group string, keys func() *keymap.Map) []*keymap.Action {
	return []*keymap.Action{
		{
			ID: "tour.list", Title: "walkthrough", Long: "walkthrough: all steps, and what else to try", Keys: []string{"0"}, Group: group, Hint: 82,
			Run: func() tea.Cmd { return card.Show(t.list(keys())) },
		},
		{
			ID: "tour.panel", Title: "walkthrough panel", Long: "show or hide the panel of the walkthrough", Keys: []string{"T"}, Group: group,
			Run: func() tea.Cmd { return app.Tell(t.toggle()) },
		},
	}
}

// toggle hides or shows the panel.
func (t *Tour) toggle() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.hidden = !t.hidden
	t.version++
	if t.hidden {
		return "The walkthrough goes on out of sight; the same key brings it back."
	}
	return "The walkthrough is back."
}
