package app

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
)

// idReport is the action that opens a ticket with an error (behaviour 12, ST2).
const idReport = "app.report"

// reportAction is there while an error is shown, on cards too. It is a control chord, because letters are text in forms.
func (m *Model) reportAction() *keymap.Action {
	return &keymap.Action{
		ID: idReport, Title: "ticket with this error", Long: "open a ticket with this error", Keys: []string{"ctrl+t"}, Group: keymap.GroupAct,
		Hint: 1, Hidden: func() bool { return m.reported() == nil }, Run: m.report,
	}
}

// reported is the error that is shown now and that a ticket can be opened with: of the top card, of the toast, of the
// page. It is nil for who can open no ticket, and in a session that only reads.
func (m *Model) reported() error {
	if m.s.Report == nil || m.s.ReadOnly || !m.counts.Reports || m.cur == nil {
		return nil
	}
	if top := m.topCard(); top != nil {
		if err := failure(top.card); err == nil || !certain(err) {
			return err
		}
		return nil
	}
	var disabled keymap.Disabled
	if err := m.toasts.err; m.toasts.shown && err != nil && !errors.As(err, &disabled) && !ownStep(err) && !certain(err) {
		return err
	}
	if err := m.pageFailure(); err != nil && !certain(err) {
		return err
	}
	return nil
}

// pageFailure is the error that the page shows.
func (m *Model) pageFailure() (err error) {
	if f, ok := m.cur.screen.(Failer); ok && m.cur.crashed == "" {
		guard(m.cur, func() { err = f.Failure() })
	}
	return err
}

// ownStep reports whether the toast has said all there is: something is in another state than the key needs, and the
// reader can take the next step without anybody's help ("Reopen it first.").
func ownStep(err error) bool {
	switch core.ReasonOf(err) {
	case core.ReasonAlreadyDecided, core.ReasonAlreadyMember, core.ReasonAlreadyInvited, core.ReasonAlreadyRequested, core.ReasonAlreadyLinked,
		core.ReasonNotLinked, core.ReasonNotDeleted, core.ReasonNotEmpty, core.ReasonMFANotOn, core.ReasonTicketClosed,
		core.ReasonUndoExpired, core.ReasonUndoStale, core.ReasonUseJoin:
		return true
	default:
		return false
	}
}

// certain reports whether a ticket about the error would be refused for sure: opening a ticket was what failed.
func certain(err error) bool {
	op := core.AsError(err).Op
	return op == "ticket.open" || op == string(core.ProjectTicket) || op == string(core.ProjectTicketRestore)
}

func failure(c card.Card) error {
	if f, ok := c.(card.Failer); ok {
		return f.Failure()
	}
	return nil
}

// report opens the form, over the card that shows the error: what was typed there stays.
func (m *Model) report() tea.Cmd {
	err := m.reported()
	if err == nil {
		return nil
	}
	return m.from(m.cur, m.s.Report(m.s.context(), m.s.Actor, err, m.cur.page.String()))
}

// reportKey takes the key before cards and text inputs do, while an error is shown.
func (m *Model) reportKey(key string) (tea.Cmd, bool) {
	a := m.keys().Find(key)
	if a == nil || a.ID != idReport || !a.Shown() {
		return nil, false
	}
	cmd := m.report()
	m.toasts.key()
	return cmd, true
}

// offer is what the border of a card says while it shows an error.
func (m *Model) offer(c card.Card) string {
	if failure(c) == nil || m.reported() == nil {
		return ""
	}
	for _, a := range m.global {
		if a.ID == idReport {
			return keymap.Pretty(m.keys().Key(a)) + " ticket with this error"
		}
	}
	return ""
}
