package main

import (
	"strings"

	"gatehouse/core"
)

// person is how every verb names somebody: with the Support badge in front, as the interface does (section 1); nil is
// nobody. A test keeps other ways out of the verbs.
func (m *Main) person(p *core.Person) string {
	if p == nil {
		return "-"
	}
	return m.badge(p.Support) + p.Label()
}

// listed is person with the marks of an address that nobody has confirmed (AC21), and of an account that only reads (AC24),
// for lists of members and invitations.
func (m *Main) listed(p *core.Person) string {
	return m.person(p) + unconfirmed(p.Unconfirmed) + onlyReads(p.OnlyReads)
}

func onlyReads(yes bool) string {
	if yes {
		return " (read-only)"
	}
	return ""
}

// badge is the mark of Support, with a blank behind it; nothing for everybody else.
func (m *Main) badge(support bool) string {
	switch {
	case !support:
		return ""
	case m.given.ASCII:
		return "[S] "
	}
	return "🐙 "
}

// people names several, and how many more there are; none is nobody.
func (m *Main) people(list []core.Person, total int) string {
	names := make([]string, 0, len(list)+1)
	for i := range list {
		names = append(names, m.person(&list[i]))
	}
	if more := total - len(names); more > 0 {
		names = append(names, "+"+number(more))
	}
	if len(names) == 0 {
		return "nobody"
	}
	return sentence(names)
}

// unconfirmed is the mark beside an address that nobody has confirmed (AC21).
func unconfirmed(yes bool) string {
	if yes {
		return " (not confirmed)"
	}
	return ""
}

// visitEnd says of a visit that is over how it ended: by whom, and why (V9).
func (m *Main) visitEnd(v core.VisitView) string {
	parts := make([]string, 0, 2)
	if v.EndedBy != nil {
		parts = append(parts, m.person(v.EndedBy))
	}
	if because := v.Because(); because != "" && because != string(v.State) {
		parts = append(parts, because)
	}
	return orDash(strings.Join(parts, ": "))
}
