package ticket

import (
	"time"

	"gatehouse/core"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// State writes the state of a ticket with its glyph.
func State(look *theme.Look, t core.TicketView) theme.Span {
	g := look.Glyphs
	switch t.State {
	case core.TicketAnswered:
		return theme.Span{Role: theme.Success, Text: g.Done + " answered"}
	case core.TicketClosed:
		return theme.Span{Role: theme.Faint, Text: g.Off + " closed"}
	case core.TicketOpen:
	}
	return theme.Span{Role: theme.Badge, Text: g.On + " open"}
}

// priority writes how a ticket hurries; normal needs no attention.
func priority(look *theme.Look, p core.TicketPriority) theme.Span {
	switch p {
	case core.PriorityHigh:
		return theme.Span{Role: theme.Warning, Text: look.Glyphs.Warn + " high"}
	case core.PriorityLow:
		return theme.Span{Role: theme.Faint, Text: look.Glyphs.Down + " low"}
	case core.PriorityNormal:
	}
	return theme.Span{}
}

// with says who a ticket is with (ST8).
func with(t core.TicketView) string {
	if t.With == core.WithSupport {
		return "Support"
	}
	return t.MaintainerName
}

// turn says whose word is next.
func turn(t core.TicketView) string {
	switch {
	case t.State == core.TicketClosed:
		return "nothing waits"
	case t.Awaits:
		return "waits for your answer"
	case t.State == core.TicketOpen:
		return "waits for an answer of " + with(t)
	case t.Mine:
		return "write again, or close it"
	}
	return "waits for " + t.Who.Label()
}

// badged names somebody in a thread; that an address is not confirmed stands where people are let in.
func badged(look *theme.Look, p core.Person) theme.Span {
	p.Unconfirmed = false
	return cell.Person(look, p)
}

func ago(m core.Moment, now time.Time) string { return text.Ago(m.Time(), now) }
