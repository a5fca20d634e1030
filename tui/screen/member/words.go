package member

import (
	"slices"
	"strings"
	"time"

	"gatehouse/core"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// kind says what a row is, with a glyph where somebody must act or look.
func kind(look *theme.Look, v core.MemberView, now time.Time) theme.Span {
	g := look.Glyphs
	switch v.Kind {
	case core.MemberRequester:
		if v.Due {
			return theme.Span{Role: theme.Warning, Text: g.Warn + " due"}
		}
		return theme.Span{Role: theme.Badge, Text: g.On + " asks"}
	case core.MemberInvitee:
		if v.Closes.Passed(core.At(now)) {
			return theme.Span{Role: theme.Faint, Text: g.Off + " lapsed"}
		}
		return theme.Span{Role: theme.Warning, Text: g.Off + " invited"}
	case core.MemberVisitor:
		if v.Due {
			return theme.Span{Role: theme.Warning, Text: g.Warn + " due"}
		}
		return theme.Span{Role: theme.Info, Text: g.Right + " visitor"}
	case core.MemberRoleUser:
		return theme.Span{Text: g.Dot + " by role"}
	default:
		if v.External {
			return theme.Span{Role: theme.Warning, Text: g.On + " external"} // OR8: by colour and by word
		}
		if v.Unit.Kind == core.KindProject {
			return theme.Span{Text: g.On + " user"}
		}
		if v.AddedByStaff {
			return theme.Span{Role: theme.Warning, Text: g.On + " added by staff"} // M5
		}
		return theme.Span{Text: g.On + " member"}
	}
}

// who writes the person, with the state of an account that cannot act.
func who(look *theme.Look, v core.MemberView) theme.Span {
	s := cell.PersonState(look, v.Person)
	if v.Locked {
		s.Text += " (locked out)"
	}
	return s
}

// ends writes when a row is over by itself.
func ends(v core.MemberView, now time.Time) theme.Span {
	end := v.Until
	if v.Closes != 0 {
		end = v.Closes
	}
	if v.Kind == core.MemberInvitee && v.Closes.Passed(core.At(now)) {
		return theme.Span{Role: theme.Faint, Text: text.Ago(end.Time(), now)} // it is over, and not only due
	}
	s := cell.Ends(end, now)
	if left := end.Sub(core.At(now)); end != 0 && left >= time.Hour && left < 2*core.Day {
		s.Text = text.Ago(core.At(now).Add(left.Truncate(time.Hour)).Time(), now) // the hours are enough in a list
	}
	return s
}

// approver says who let somebody in (H8): who approved or added, oneself, or who sent the invitation.
func approver(look *theme.Look, v core.MemberView) theme.Span {
	switch {
	case v.Approver != nil && v.Approver.ID == v.Person.ID:
		return theme.Span{Role: theme.Faint, Text: "self"}
	case v.Approver != nil:
		return badged(look, *v.Approver)
	case v.Inviter != nil:
		return badged(look, *v.Inviter)
	}
	return theme.Span{}
}

// badged names somebody with the Support badge; what else is to know stands on their own row.
func badged(look *theme.Look, p core.Person) theme.Span {
	p.Unconfirmed = false
	return cell.Person(look, p)
}

// freeText is the free text of a row: what was asked, and the reason.
func freeText(v core.MemberView) string {
	if v.Kind == core.MemberRequester {
		return cell.Term(v.Asked) + ": " + v.Reason
	}
	return v.Reason
}

// role writes the role of a row. DEFAULT is left out where there is more to say: every member has it (OR2).
func role(v core.MemberView) string {
	var more []string
	for _, r := range v.Roles {
		if r != core.RoleDefault {
			more = append(more, r)
		}
	}
	if v.Role == "" && len(more) > 0 {
		return strings.Join(more, ", ")
	}
	return cell.Role(v.Role, v.Roles)
}

// origin says in words how somebody came in.
func origin(v core.MemberView) string {
	switch v.Origin {
	case core.OriginCreated:
		return "created it"
	case core.OriginAdded:
		return "added"
	case core.OriginInvited:
		return "invited"
	case core.OriginJoined:
		return "joined"
	case core.OriginVisit:
		return "as staff, for a while"
	}
	return ""
}

// lines are all that is known about a row, for card and preview.
func lines(look *theme.Look, width int, v core.MemberView, now time.Time) []string {
	f := cell.NewFields(look, width, 11)
	f.Add("Who", who(look, v)).Text("Name", v.Person.Name).Add("What", kind(look, v, now)).
		Text("Role", cell.Role(v.Role, v.Roles))
	if v.Person.MFA != nil {
		f.Add("MFA", cell.MFA(look, v.Person.MFA))
	}
	if v.External {
		f.Text("External", "no member of the organization")
	}
	since := "Since"
	switch v.Kind {
	case core.MemberRequester:
		since = "Asked"
		f.Text("Asks for", cell.Term(v.Asked))
	case core.MemberInvitee:
		since = "Invited"
	case core.MemberVisitor:
		f.Text("Asked for", cell.Term(v.Asked))
	case core.MemberOrdinary, core.MemberRoleUser:
	default:
	}
	f.Text(since, cell.Exact(v.Since, now)).Text("Came in", origin(v))
	if v.Closes != 0 {
		f.Text("Closes", cell.Exact(v.Closes, now)+closedBy(v))
	}
	if v.Until != 0 && v.Until != v.Closes {
		f.Text("Until", cell.Exact(v.Until, now))
	}
	if v.Approver != nil {
		f.Add("Approved by", approver(look, v))
	}
	if v.Inviter != nil {
		f.Add("Invited by", badged(look, *v.Inviter))
	}
	f.Text("Reason", v.Reason)
	switch {
	case v.Kind == core.MemberRoleUser:
		f.Gap().Paragraph(theme.Faint, "Enters through an organization role: "+strings.Join(v.Roles, ", ")+".")
	case v.Kind == core.MemberInvitee && v.Closes.Passed(core.At(now)):
		f.Gap().Paragraph(theme.Faint, "The invitation has lapsed.")
	}
	return f.Lines()
}

// closedBy says which rule closes a row (V3).
func closedBy(v core.MemberView) string {
	if v.ClosesBy == "" {
		return ""
	}
	return ", by " + v.ClosesBy
}

func admin(v core.MemberView) bool {
	return v.Kind == core.MemberOrdinary && slices.Contains(v.Roles, core.RoleAdmin)
}

// left writes how long something still takes.
func left(m core.Moment, now time.Time) string { return text.Ago(m.Time(), now) }
