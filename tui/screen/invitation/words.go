package invitation

import (
	"fmt"
	"strings"
	"time"

	"gatehouse/core"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// State writes the state of an invitation.
func State(look *theme.Look, v core.InvitationView) theme.Span {
	g := look.Glyphs
	switch v.State {
	case core.InvitationPending:
		if v.Due {
			return theme.Span{Role: theme.Warning, Text: g.Warn + " due"}
		}
		return theme.Span{Role: theme.Badge, Text: g.On + " pending"}
	case core.InvitationAccepted:
		return theme.Span{Role: theme.Success, Text: g.Done + " accepted"}
	case core.InvitationDeclined:
		return theme.Span{Role: theme.Danger, Text: g.Failed + " declined"}
	case core.InvitationCancelled, core.InvitationLapsed, core.InvitationSuperseded, core.InvitationVoid:
	}
	return theme.Span{Role: theme.Faint, Text: g.Off + " " + string(v.State)}
}

// UnitName names the unit of an invitation, by its number where the reader may no longer know the name (A10).
func UnitName(v core.InvitationView) string {
	if v.UnitName == "" {
		return fmt.Sprintf("%s %d", v.Unit.Kind, v.Unit.ID)
	}
	return v.UnitName
}

// As says what accepting makes of somebody: the role, the organization roles, or simply a member.
func As(v core.InvitationView) string {
	if v.Role == "" && len(v.Roles) == 0 {
		return "member"
	}
	var more []string
	for _, r := range v.Roles {
		if r != core.RoleDefault || len(v.Roles) == 1 { // every member has DEFAULT (OR2)
			more = append(more, r)
		}
	}
	return cell.Role(v.Role, more)
}

// Who writes the invitee, with the state of an account that cannot act.
func Who(look *theme.Look, v core.InvitationView) theme.Span {
	return cell.PersonState(look, v.Who)
}

func by(p *core.Person) string {
	if p == nil {
		return ""
	}
	return p.Label()
}

// lapses writes when an invitation lapses, or lapsed.
func lapses(v core.InvitationView, now time.Time) theme.Span {
	s := cell.Ends(v.Lapses, now)
	if v.State != core.InvitationPending {
		s.Role = theme.Faint
		if v.State == core.InvitationLapsed {
			s.Text = ago(v.Lapses, now)
		}
	}
	return s
}

// membershipEnds says until when the membership will be, for a project.
func membershipEnds(v core.InvitationView, now time.Time) string {
	if v.Unit.Kind != core.KindProject {
		return ""
	}
	return cell.Exact(v.Until, now)
}

// describe writes all that is known about an invitation, for its page, a card and the preview.
func describe(f *cell.Fields, look *theme.Look, v core.InvitationView, now time.Time) *cell.Fields {
	f.Add("State", State(look, v)).Text("To", UnitName(v)).Text("Organization", v.OrganizationName)
	if !v.Mine {
		f.Add("Who", Who(look, v)).Text("Name", v.Who.Name)
		if v.Who.MFA != nil {
			f.Add("MFA", cell.MFA(look, v.Who.MFA))
		}
	}
	f.Text("As", As(v)).Text("Ends", membershipEnds(v, now)).Text("Reason", v.Reason).Text("Invited by", by(v.InvitedBy))
	switch {
	case v.State == core.InvitationPending:
		f.Text("Lapses", cell.Exact(v.Lapses, now))
	case v.State == core.InvitationLapsed:
		f.Text("Lapsed", cell.Exact(v.Lapses, now))
	case v.EndedBy != nil:
		f.Text(title(string(v.State)), cell.Exact(v.Ended, now)+" by "+v.EndedBy.Label())
	default:
		f.Text(title(string(v.State)), cell.Exact(v.Ended, now))
	}
	return f.Text("Sent", cell.Exact(v.Sent, now))
}

func ago(m core.Moment, now time.Time) string { return text.Ago(m.Time(), now) }

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
