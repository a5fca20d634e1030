package app

import (
	"context"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/text"
)

// Attender is a screen or a card about a record that others may have open at the same time. Attends names the record,
// and says whether the acting account may decide it now; the zero Ref while there is nothing to say.
type Attender interface {
	Attends() (of core.Ref, decides bool)
}

// companyMsg says that others came to the record that is open here, or left it.
type companyMsg struct{}

// sit takes a seat at the board of the house, for as long as the session lasts.
func (m *Model) sit(ctx context.Context) {
	if m.s.House == nil {
		return
	}
	m.seat = m.s.House.Presence().Seat()
	context.AfterFunc(ctx, m.seat.Leave)
}

// listenCompany waits until somebody comes or leaves.
func (m *Model) listenCompany() tea.Cmd {
	if m.seat == nil {
		return nil
	}
	return m.s.Await(m.s.context(), m.seat.Woken(), func(core.Changed) tea.Msg { return companyMsg{} })
}

// attend tells the board what is open now. It runs after every message: most change nothing.
func (m *Model) attend() {
	if m.seat == nil {
		return
	}
	var who core.Onlooker
	if who.At, who.Decides = m.attended(); !who.At.IsZero() && m.s.Actor != nil {
		who.Account, who.Label = m.s.Actor.ID(), m.s.Person
	} else {
		who = core.Onlooker{}
	}
	if who == m.attending {
		return
	}
	m.attending = who
	m.seat.Take(who)
	m.s.Company = m.seat.Company()
}

// attended is the record of the top card that has one, else that of the page.
func (m *Model) attended() (core.Ref, bool) {
	for i := len(m.cards) - 1; i >= 0; i-- {
		if a, ok := m.cards[i].card.(Attender); ok {
			if of, decides := a.Attends(); !of.IsZero() {
				return of, decides
			}
		}
	}
	a, ok := m.cur.screen.(Attender)
	if !ok {
		return core.Ref{}, false
	}
	var of core.Ref
	var decides bool
	guard(m.cur, func() { of, decides = a.Attends() })
	return of, decides
}

// companyLine is what the card whose record is open elsewhere too says about that; empty for nobody.
func (m *Model) companyLine(sc *shownCard) string {
	a, ok := sc.card.(Attender)
	if !ok || m.s.Company.Nobody() {
		return ""
	}
	if of, _ := a.Attends(); of.IsZero() || of != m.attending.At {
		return ""
	}
	return "Also open: " + text.Clean(CompanyWords(m.s.Company))
}

// CompanyWords says who else has it open, without a label: "ana@acme.test, ben@acme.test, +2". It is empty for nobody.
func CompanyWords(c core.Company) string {
	if c.Somebody {
		return "somebody who may decide"
	}
	s := strings.Join(c.Names, ", ")
	if c.More > 0 {
		s += ", +" + strconv.Itoa(c.More)
	}
	return s
}
