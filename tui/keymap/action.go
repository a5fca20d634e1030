// Package keymap holds the registry of actions. An [Action] says once what can be done: its id, title, keys, group,
// danger, what it applies to, whether it is allowed now, and how it is done. The hint line, help, palette, keymap file
// and mouse are views of the same actions (architecture.md, tui).
package keymap

import (
	tea "charm.land/bubbletea/v2"
)

// Applies says how many rows an action works on.
type Applies uint8

// What an action applies to. The marked rows count, or the current row when none is marked (behaviour 6).
const (
	None Applies = iota // the screen as a whole
	One                 // exactly one row
	Many                // one row or more
)

// Danger says how careful the interface is with an action.
type Danger uint8

// The dangers. A Heavy action opens a card; a Destructive one opens a card whose focused button is Cancel.
const (
	Safe Danger = iota
	Heavy
	Destructive
)

// Groups of actions, in the order of the help page.
const (
	GroupAct   = "Act"
	GroupMove  = "Move"
	GroupFind  = "Find and sort"
	GroupMark  = "Mark"
	GroupGo    = "Go"
	GroupCopy  = "Copy"
	GroupHouse = "Window"
)

// Action is one thing that can be done. Make actions once per screen; only Guard and Run look at the state.
type Action struct {
	// ID is stable and unique within a screen, "noun.verb": "request.approve". Keymap files name it.
	ID string
	// Title is the word in the hint line: "approve". Long, when set, is the sentence in palette and help.
	Title, Long string
	// Keys are the defaults, as Bubble Tea writes them: "A", "ctrl+a", "space". The first is shown. May be empty:
	// the palette has every action.
	Keys    []string
	Group   string
	Danger  Danger
	Applies Applies
	// Hint places the action in the hint line, 1 leftmost; 0 leaves it out.
	Hint int
	// Hidden, when it says true, leaves the action out everywhere and its keys do nothing. For actions that make no
	// sense on this page at all; what is merely not allowed now is Guard's business.
	Hidden func() bool
	// Guard returns nil, or why the action is not possible now, as an error of core; its message is shown. It runs at
	// every frame: it may only look at loaded rows, never read anything.
	Guard func() error
	// Run does it, or opens the card that asks.
	Run func() tea.Cmd
	// Command, when set, is the equivalent command line for the current target, for the key Y. Empty: none now.
	Command func() string
}

// Label is the text for palette and help.
func (a *Action) Label() string {
	if a.Long != "" {
		return a.Long
	}
	return a.Title
}

// Shown reports whether the action exists on this page at all.
func (a *Action) Shown() bool { return a.Hidden == nil || !a.Hidden() }

// Disabled is the reason why an action cannot run now: an error whose text is for people.
type Disabled string

// Error gives the reason.
func (d Disabled) Error() string { return string(d) }

// Allowed applies the number of targets and the guard. targets below zero means that the screen has no rows.
func (a *Action) Allowed(targets int) error {
	if targets >= 0 {
		switch {
		case a.Applies != None && targets == 0:
			return Disabled("There is no row here for: " + a.Title + ".")
		case a.Applies == One && targets > 1:
			return Disabled("Works on one row. Press \\ to clear the marks.")
		}
	}
	if a.Guard == nil {
		return nil
	}
	return a.Guard()
}
