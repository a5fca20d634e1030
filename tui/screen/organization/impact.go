package organization

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/text"
)

// askAutoJoin shows what turning Auto Join on or off does, with names (S3, S5, S6).
func askAutoJoin(d unit.Desk, h *unit.Head) (card.Card, error) {
	o := h.Organization
	c := &card.Confirm{Danger: keymap.Heavy, StillThere: d.Still(h.Ref, o.Version, maySet)}
	then := o
	then.AutoJoin = !o.AutoJoin
	c.Body = []string{autoJoinText(then)}
	label := "Turn on"
	if o.AutoJoin {
		label = "Turn off"
		impact, err := d.Actor.AutoJoinImpact(d.Ctx, o.ID)
		if err != nil {
			return nil, err
		}
		c.Body = append(c.Body, running(d, impact)...)
	} else if o.Pending > 0 {
		c.Body = append(c.Body, "", fmt.Sprintf("%s already waiting: still decided by the same people. Who asked may now join instead.", unit.Count(o.Pending, "request")))
	}
	c.Heading = label + " Auto Join in " + o.Name + "?"
	c.Buttons = []card.Button{{Label: label, Run: func(ctx context.Context) (tea.Msg, error) {
		_, err := d.Actor.SetAutoJoin(ctx, o.ID, o.Version, then.AutoJoin)
		return unit.Done{Text: "Auto Join is " + onOff(then.AutoJoin) + " in " + o.Name + "."}, err
	}}}
	return c, nil
}

// shown is how many names a card lists.
const shown = 12

// running names the visits that keep their end.
func running(d unit.Desk, impact core.AutoJoinImpact) []string {
	if impact.Total == 0 {
		return []string{"", "Nobody visits now."}
	}
	dot := " " + d.Look.Glyphs.Dot + " "
	out := []string{"", unit.Count(impact.Total, "visit") + " running now keep their end; every later one needs an approval:"}
	for i, v := range impact.Visits {
		if i == shown {
			break
		}
		out = append(out, "  "+named(d, v.Who)+dot+v.UnitName+dot+"ends "+text.Ago(v.Closes.Time(), d.Now()))
	}
	if more := impact.Total - min(len(impact.Visits), shown); more > 0 {
		out = append(out, fmt.Sprintf("  and %d more", more))
	}
	return out
}

// named writes a person in a list inside a card: badge and address.
func named(d unit.Desk, p core.Person) string {
	p.Unconfirmed = false
	return cell.Person(d.Look, p).Text
}

// askMFA shows what requiring MFA, or not requiring it any more, does: who is locked out, and from which projects (S12).
// When somebody is, that needs a button of its own that says so (S11).
func askMFA(d unit.Desk, h *unit.Head) (card.Card, error) {
	o := h.Organization
	if o.MFA.State != core.MFAOff {
		return mfaOff(d, h), nil
	}
	return requireNow(d, h)
}

// requireNow shows what requiring MFA at once does.
func requireNow(d unit.Desk, h *unit.Head) (card.Card, error) {
	o := h.Organization
	impact, err := d.Actor.MFAImpact(d.Ctx, o.ID)
	if err != nil {
		return nil, err
	}
	c := &card.Confirm{Heading: "Require MFA in " + o.Name + "?", Danger: keymap.Heavy, StillThere: d.Still(h.Ref, o.Version, maySet)}
	button := func(label string, force bool) card.Button {
		return card.Button{Label: label, Run: func(ctx context.Context) (tea.Msg, error) {
			_, err := d.Actor.RequireMFA(ctx, o.ID, o.Version, force)
			return unit.Done{Text: "MFA is now required for " + o.Name + " and all its projects."}, err
		}}
	}
	n := len(impact.People)
	if n == 0 {
		c.Body = []string{fmt.Sprintf("Everybody in %s and its projects has MFA (%d): nobody is locked out.", o.Name, impact.Covered)}
		c.Body = append(c.Body, apart(impact, d, shown)...)
		c.Buttons = fromDate(o, button("Require MFA", false))
		return c, nil
	}
	c.Danger = keymap.Destructive
	c.Body = []string{fmt.Sprintf("It locks out %d of %d people until they turn MFA on. They can still sign in, turn it on, and leave.", n, impact.Covered)}
	if impact.Closed > 0 {
		c.Body = append(c.Body, d.Look.Glyphs.Warn+" "+unit.Count(impact.Closed, "project")+" would be left without any user who can enter.")
	}
	c.Body = append(c.Body, "")
	for i, r := range impact.People {
		if i == shown {
			c.Body = append(c.Body, fmt.Sprintf("  and %d more", n-shown))
			break
		}
		c.Body = append(c.Body, "  "+lockedOut(d, r))
	}
	c.Body = append(c.Body, apart(impact, d, shown)...)
	c.Body = append(c.Body, "", "A date gives people time: they are told before it comes. The key i of the page lists everybody.")
	c.Buttons = fromDate(o, button(fmt.Sprintf("Lock out %d and require", n), true))
	return c, nil
}

// lockedOut is one person of the list: who, from what, and what is special about it.
func lockedOut(d unit.Desk, r core.MFAImpactRow) string {
	dot := " " + d.Look.Glyphs.Dot + " "
	parts := []string{named(d, r.Person)}
	if r.Self {
		parts[0] += " (you)"
	}
	if r.Admin {
		parts = append(parts, "administrator")
	} else if r.Organization {
		parts = append(parts, "member")
	}
	if n := len(r.Projects); n > 0 {
		parts = append(parts, unit.Count(n, "project"))
	}
	for _, p := range r.Projects {
		if p.Closed {
			parts = append(parts, "nobody else can enter "+p.Name+" "+d.Look.Glyphs.Warn)
		}
	}
	if r.External {
		parts = append(parts, "external")
	}
	if r.Kind == core.MemberVisitor {
		parts = append(parts, "visitor")
	}
	return strings.Join(parts, dot)
}

// apart names who has no MFA and is not inside: they are caught when they accept, are approved, or join (S21).
func apart(impact core.MFAImpact, d unit.Desk, most int) []string {
	if len(impact.Apart) == 0 {
		return nil
	}
	out := []string{"", "Not inside, and without MFA; they are stopped when they want to come in:"}
	for i, r := range impact.Apart {
		if i == most {
			return append(out, fmt.Sprintf("  and %d more", len(impact.Apart)-most))
		}
		what := map[core.MemberKind]string{core.MemberInvitee: "invited", core.MemberRequester: "asks to enter", core.MemberStaff: "staff"}[r.Kind]
		out = append(out, "  "+named(d, r.Person)+" "+d.Look.Glyphs.Dot+" "+what)
	}
	return out
}

// mfaOff asks whether to require MFA no longer, or to drop its date (S20, S28).
func mfaOff(d unit.Desk, h *unit.Head) card.Card {
	o := h.Organization
	c := &card.Confirm{
		Heading: "Stop requiring MFA in " + o.Name + "?", Danger: keymap.Heavy, StillThere: d.Still(h.Ref, o.Version, maySet),
		Body: []string{"Whoever is locked out now gets in again at once. Staff still enter with MFA only."},
	}
	off := card.Button{Label: "Turn off", Run: func(ctx context.Context) (tea.Msg, error) {
		_, err := d.Actor.MFAOff(ctx, o.ID, o.Version)
		return unit.Done{Text: "MFA is not required in " + o.Name + "."}, err
	}}
	c.Buttons = []card.Button{off}
	if o.MFA.State == core.MFAScheduled {
		c.Heading = "The date of MFA in " + o.Name
		c.Body = []string{
			"MFA is required from " + cell.Exact(o.MFA.At, d.Now()) + ". Until then the date can be moved or dropped; the people who were told of it are told.",
		}
		off.Label = "Drop it"
		c.Buttons = []card.Button{off, {Label: "Move it …", Answer: askDate{}}, {Label: "Now …", Answer: askNow{}}}
	}
	return c
}
