package home

import (
	"fmt"
	"strconv"

	"gatehouse/core"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// draw gives all lines, and for each the row that it shows, -1 for none.
func (s *home) draw(look *theme.Look, w int) (lines []string, at []int) {
	add := func(row int, line string) {
		lines, at = append(lines, line), append(at, row)
	}
	add(-1, "  "+s.strip(look, w))
	if s.calm() {
		add(-1, "")
		add(-1, "  "+look.Paint(theme.Success, look.Glyphs.Done)+" "+look.Paint(theme.Strong, "Nothing needs you now."))
		for _, l := range text.Wrap(s.hint(), max(w-6, 8)) {
			add(-1, "    "+look.Paint(theme.Faint, l))
		}
	}
	widths := widthsOf(w)
	now := s.env.Now()
	for i, r := range s.rows {
		if i == 0 || s.rows[i-1].block != r.block {
			add(-1, "")
			add(-1, "  "+s.heading(look, r.block))
		}
		front := "   "
		if i == s.cursor {
			front = " " + look.Paint(theme.Marker, look.Glyphs.Cursor) + " "
		}
		line := front
		for c, span := range r.cells(look, now) {
			if widths[c] <= 0 {
				continue
			}
			if c > 0 {
				line += "  "
			}
			line += look.Paint(span.Role, text.Fit(text.Clean(span.Text), widths[c]))
		}
		add(i, line)
	}
	return lines, at
}

// widthsOf shares w cells among the four columns; the first three have what most rows need, and narrow terminals leave
// the last one out.
func widthsOf(w int) [4]int {
	if w < 76 {
		return [4]int{20, max(w-3-20-14-5, 8), 14, 0}
	}
	who, where, when := min(max(w*28/100, 20), 32), min(max(w*22/100, cell.WhatWidth), 28), 14
	return [4]int{who, where, when, max(w-3-who-where-when-7, 0)}
}

// heading names a block, with how many there are where not all are shown.
func (s *home) heading(look *theme.Look, block string) string {
	h := look.Paint(theme.Heading, block)
	switch block {
	case blockWaiting:
		h += " " + look.Paint(theme.Badge, strconv.Itoa(s.view.WaitingTotal))
		if more := s.view.WaitingTotal - len(s.view.Waiting); more > 0 {
			h += look.Paint(theme.Faint, fmt.Sprintf("  %d more under 2 Requests", more))
		}
	case blockTickets:
		h += " " + look.Paint(theme.Badge, strconv.Itoa(s.view.TicketsTotal))
		if more := s.view.TicketsTotal - len(s.view.Tickets); more > 0 {
			h += look.Paint(theme.Faint, fmt.Sprintf("  %d more under 6 Tickets", more))
		}
	case blockLocked:
		if more := s.view.LockedTotal - len(s.view.Locked); more > 0 {
			h += look.Paint(theme.Faint, fmt.Sprintf("  %d more under 9 Account", more))
		}
	case blockExpiring:
		h += s.first(look, s.view.More.Expiring, "the soonest; 4 shows all (o sorts)")
	case blockMFA:
		h += s.first(look, s.view.More.WithoutMFA, "the first; 3 shows all")
	case blockStuck:
		h += s.first(look, s.view.More.Stuck, "the first; 2 shows all")
	case blockIdle:
		h += s.first(look, s.view.More.ForSupport, "the first; 2 shows all")
	case blockVisits:
		h += s.first(look, s.view.More.Visits, "some; 2 shows all")
	case blockDates:
		h += s.first(look, s.view.More.Scheduled, "the soonest; 9 shows all")
	case blockActivity:
		h += look.Paint(theme.Faint, "  7 shows all")
	}
	return h
}

// first says where the others are when a block holds only some.
func (s *home) first(look *theme.Look, more bool, where string) string {
	if !more {
		return ""
	}
	return look.Paint(theme.Faint, "  "+where)
}

// calm reports whether nothing waits for the account.
func (s *home) calm() bool {
	v := s.view
	return len(v.Waiting)+len(v.Invitations)+len(v.Tickets)+len(needRows(v.HomeNeeds))+len(v.Stuck)+len(v.ForSupport)+len(v.Mine)+len(v.Visits)+len(v.Expiring)+len(v.WithoutMFA) == 0
}

func (s *home) hint() string {
	if s.env.Session.Support && s.view.Organizations == 0 {
		return "This house has no organization yet. 3 then a makes the first one. Staff enter with MFA only; 9 turns yours on."
	}
	if s.view.Organizations == 0 && s.view.Projects == 0 {
		return "You belong to no organization and no project yet. Somebody inside must invite or add you; it shows here by itself."
	}
	return "Requests that you can decide, your visits, and what is about to end come up here by themselves. 4 shows your projects, : goes anywhere, ? helps."
}

// strip is the line of numbers.
func (s *home) strip(look *theme.Look, w int) string {
	v := s.view
	n := func(role theme.Role, n int, one, many string) []theme.Span {
		word := many
		if n == 1 {
			word = one
		}
		if n == 0 {
			role = theme.Faint
		}
		return []theme.Span{{Role: role, Text: grouped(n)}, {Role: theme.Faint, Text: " " + word}}
	}
	parts := [][]theme.Span{
		n(theme.Badge, waits(v), "waits for you", "wait for you"),
		n(theme.Strong, v.Organizations, "organization", "organizations"),
		n(theme.Strong, v.Projects, "project", "projects"),
		n(theme.Badge, v.Unread, "unread", "unread"),
	}
	if k := running(v); k > 0 {
		parts = append(parts, n(theme.Strong, k, "own visit", "own visits"))
	}
	for ; ; parts = parts[:len(parts)-1] { // a part that does not fit is left out whole
		for _, gap := range []string{"  ", " "} {
			line := joined(look, parts, gap+look.Glyphs.Dot+gap)
			if text.Width(line) <= w-2 || len(parts) == 1 {
				return line
			}
		}
	}
}

func joined(look *theme.Look, parts [][]theme.Span, sep string) string {
	var spans []theme.Span
	for i, p := range parts {
		if i > 0 {
			spans = append(spans, theme.Span{Role: theme.Faint, Text: sep})
		}
		spans = append(spans, p...)
	}
	return look.Line(spans...)
}

func running(v core.HomeView) int {
	n := 0
	for _, visit := range v.Visits {
		if visit.Mine {
			n++
		}
	}
	return n
}

// grouped writes a number with its thousands apart: 1,000,000.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
