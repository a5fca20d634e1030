// Package card holds what opens over a page: confirmations, menus, forms (see package form), text, bulk decisions.
//
// A card is a part, not a model of its own: the root keeps a stack of cards, gives the top one keys, paste and the
// results of its own commands, and draws it centred. A card never carries out a decision by itself: buttons either
// answer with a typed value that holds the ids captured when the card was opened, delivered to the Update of the screen
// that opened it, or run a function given by that screen, whose error is shown in the card.
package card

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/theme"
)

// Card is the contract of everything on the stack.
type Card interface {
	// Title stands in the upper border.
	Title() string
	// Update gets keys, paste and the results of the card's own commands.
	Update(msg tea.Msg) tea.Cmd
	// View returns the lines inside the border for at most w by h cells, and how wide it wants to be.
	View(look *theme.Look, w, h int) Body
	// Captures reports whether a text input has the focus, so that letters are text.
	Captures() bool
}

// Body is the inside of a card.
type Body struct {
	// Lines are painted; the root fits them to the width.
	Lines []string
	// Width is the wish for the inner width in cells.
	Width int
	// Foot is the hint in the lower border: "enter confirm  esc cancel".
	Foot string
	// Below is how many lines or items stand below what is shown; the lower border says it: "↓ 12 more".
	Below int
}

// Below is how many lines stand below the first end of them; blank ones behind the last text are none.
func Below(lines []string, end int) int {
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return max(len(lines)-end, 0)
}

// Checker is a card that depends on something that can vanish or change. Check runs beside the interface after every
// change of the house; an error closes the card and is shown.
type Checker interface {
	Check(ctx context.Context) error
}

// Narrower is a Checker that can go on with less than it was opened for: told that error of its Check, it drops what is
// gone, and reports whether anything is left. Else the error closes it.
type Narrower interface {
	Checker
	Narrow(err error) bool
}

// Worker is a card that does what it was asked for beside the interface. While Working, no change of the house closes it:
// the change may be its own, and its answer says how it went.
type Worker interface {
	Working() bool
}

// Keeper is a card into which something was typed. Unsaved gives it, without secrets; "" for nothing. The root keeps it
// when the card closes by itself.
type Keeper interface {
	Unsaved() string
}

// Failer is a card that shows an error: that error, or nil. A ticket can be opened with it, over the card.
type Failer interface {
	Failure() error
}

// Open asks the root to put a card on the stack. Send it from a screen with Show.
type Open struct {
	Card Card
	// Unattended cards open by themselves: they take no key until typing has been quiet for 0.4 s (behaviour 9).
	Unattended bool
}

// Show is the command that opens a card.
func Show(c Card) tea.Cmd { return func() tea.Msg { return Open{Card: c} } }

// Close asks the root to take a card off the stack and to deliver Answer, when there is one, to the screen that opened
// it. A card closes itself with Finish.
type Close struct {
	Card   Card
	Answer tea.Msg
}

// Finish is the command that closes c with an answer, nil for none.
func Finish(c Card, answer tea.Msg) tea.Cmd {
	return func() tea.Msg { return Close{Card: c, Answer: answer} }
}

// Env is what cards get from the root before their first Update.
type Env struct {
	Ctx    context.Context
	Now    func() time.Time
	After  func(time.Duration, tea.Msg) tea.Cmd
	Opener string // the key that opened the card; it confirms nothing
	SignIn string // the line to paste that signs in at the server; empty where no address is set
}

// Starter is a card that wants its surroundings and may start work when it opens.
type Starter interface {
	Start(env Env) tea.Cmd
}

// Quiet is how long typing must rest before an unattended card takes keys.
const Quiet = 400 * time.Millisecond
