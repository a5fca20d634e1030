package member

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen/request"
	"gatehouse/tui/screen/ticket"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/screen/why"
)

func (s *Screen) makeActions() []*keymap.Action {
	act, env := keymap.GroupAct, s.env
	outside := func() bool { return !s.project() }
	return []*keymap.Action{
		{
			ID: "request.approve", Title: "approve", Keys: []string{"A"}, Group: act, Danger: keymap.Heavy, Applies: keymap.Many, Hint: 18, Hidden: outside,
			Guard: s.pending(core.ProjectApprove), Run: func() tea.Cmd { return request.Approve(env, s.requests()...) },
			Command: s.requestCommand("approve"),
		},
		{
			ID: "request.reject", Title: "reject", Keys: []string{"D"}, Group: act, Danger: keymap.Destructive, Applies: keymap.Many, Hint: 19, Hidden: outside,
			Guard: s.pending(core.ProjectDecide), Run: func() tea.Cmd { return request.Reject(env, s.requests()...) },
			Command: s.requestCommand("reject"),
		},
		{
			ID: "request.grant", Title: "other time", Long: "approve for another time, or stay longer in the own visit", Keys: []string{"E"}, Group: act,
			Danger: keymap.Heavy, Applies: keymap.One, Hint: 27, Hidden: outside, Guard: s.mayGrant, Run: s.grant, Command: s.grantCommand,
		},
		{
			ID: "member.add", Title: "add", Long: "add or invite somebody", Keys: []string{"a"}, Group: act, Hint: 15,
			Guard: func() error { return mayLetIn(&s.head) }, Run: s.askAdd, Command: s.addCommand,
		},
		{
			ID: "member.hand-over", Title: "hand over", Long: "make somebody administrator where no administrator can act", Group: act, Danger: keymap.Heavy,
			Hidden: func() bool {
				return s.head.Ref.Kind != core.KindOrganization || s.head.May(core.OrganizationHandOver) != nil
			},
			Guard: func() error { return s.head.May(core.OrganizationHandOver) }, Run: s.askHandOver,
			Command: func() string {
				return "gatehouse member hand-over EMAIL --org " + fmt.Sprint(s.head.Ref.ID) + " --reason REASON"
			},
		},
		{
			ID: "invitation.resend", Title: "send again", Long: "send an invitation again", Keys: []string{"R"}, Group: act, Danger: keymap.Heavy,
			Applies: keymap.One, Hint: 22, Guard: s.mayResend, Run: s.resend, Command: s.resendCommand,
		},
		{
			ID: "member.role", Title: "role", Long: "change the role", Keys: []string{"e"}, Group: act, Applies: keymap.One, Hint: 16,
			Hidden: func() bool { return s.head.Ref.Kind == core.KindMaintainer },
			Guard:  s.mayRole, Run: s.askRole, Command: s.roleCommand,
		},
		{
			ID: "member.remove", Title: "remove", Long: "remove somebody, or end a visit", Keys: []string{"x"}, Group: act, Danger: keymap.Destructive,
			Applies: keymap.Many, Hint: 17, Guard: s.mayRemove, Run: s.askRemove, Command: s.removeCommand,
		},
		{
			ID: "user.why", Title: "why", Long: "why somebody can or cannot enter", Keys: []string{"W"}, Group: act, Applies: keymap.One, Hint: 25, Hidden: outside,
			Run: func() tea.Cmd {
				v, _ := s.List.Current()
				if t := s.List.Targets(); len(t) == 1 {
					v = t[0]
				}
				return why.Open(env, v.Person, core.Named{ID: s.head.Ref.ID, Name: s.head.Name()})
			},
			Command: func() string {
				if v, ok := s.List.Current(); ok {
					return why.Command(v.Person, core.ProjectID(s.head.Ref.ID))
				}
				return ""
			},
		},
		{
			ID: "project.ask-limit", Title: "ask for more", Long: "open a ticket that asks for a higher user limit", Keys: []string{"i"}, Group: act, Danger: keymap.Heavy,
			Hint: 26, Hidden: func() bool { return !s.head.Project.Over }, Guard: func() error { return s.head.May(core.ProjectTicket) },
			Run: func() tea.Cmd { return ticket.Open(env, ticket.LimitIncrease(s.head.Project)) },
			Command: func() string {
				return fmt.Sprintf("gatehouse ticket open --project %d --kind limit_increase --subject SUBJECT --body BODY", s.head.Ref.ID)
			},
		},
		{
			ID: "unit.join", Title: "join", Long: "join, or request access", Keys: []string{"J"}, Group: act, Hint: 30,
			Guard: s.head.MayEnter, Run: func() tea.Cmd { return unit.Enter(env, s.head.Ref) },
			Command: func() string { return unit.EnterCommand(&s.head) },
		},
		{
			ID: "unit.leave", Title: "leave", Keys: []string{"L"}, Group: act, Danger: keymap.Destructive, Hint: 31,
			Guard: s.head.MayLeave, Run: func() tea.Cmd { return unit.Leave(env, s.head.Ref) },
			Command: func() string { return unit.LeaveCommand(s.head.Ref) },
		},
	}
}

func addRight(ref core.Unit) core.Right {
	switch ref.Kind {
	case core.KindMaintainer:
		return core.MaintainerManage
	case core.KindOrganization:
		return core.OrganizationAdd
	default:
	}
	return core.ProjectAdd
}

func (s *Screen) removeRight() core.Right {
	switch s.head.Ref.Kind {
	case core.KindMaintainer:
		return core.MaintainerManage
	case core.KindOrganization:
		return core.OrganizationRemoveMember
	default:
	}
	return core.ProjectManageUsers
}

// pending allows what is about requests only when all targets are requests.
func (s *Screen) pending(right core.Right) func() error {
	return func() error {
		for _, v := range s.List.Targets() {
			switch {
			case v.Kind != core.MemberRequester:
				return keymap.Disabled(v.Person.Label() + " asks for nothing. Choose a row that asks to enter.")
			case v.Person.ID == s.env.Session.Actor.ID():
				return keymap.Disabled("This is your own request; somebody else decides it.")
			}
		}
		return s.head.May(right)
	}
}

func (s *Screen) requests() []core.RequestID {
	var ids []core.RequestID
	for _, v := range s.List.Targets() {
		ids = append(ids, v.Request)
	}
	return ids
}

func (s *Screen) requestCommand(verb string) func() string {
	return func() string {
		out := ""
		for _, v := range s.List.Targets() {
			if v.Kind != core.MemberRequester {
				return ""
			}
			out += fmt.Sprintf(" %d", v.Request)
		}
		if out == "" {
			return ""
		}
		return "gatehouse request " + verb + out
	}
}

// mayGrant: on a request it is the decision, on the own visit the wish to stay (R23).
func (s *Screen) mayGrant() error {
	for _, v := range s.List.Targets() {
		switch {
		case v.Kind == core.MemberVisitor && v.Person.ID == s.env.Session.Actor.ID():
			return s.head.May(core.ProjectExtend)
		case v.Kind == core.MemberVisitor:
			return keymap.Disabled("Only " + v.Person.Label() + " can ask to stay longer.")
		}
	}
	return s.pending(core.ProjectApprove)()
}

func (s *Screen) grant() tea.Cmd {
	v, ok := s.target()
	switch {
	case !ok:
		return nil
	case v.Kind == core.MemberVisitor:
		return request.Extend(s.env, v.Visit)
	}
	return request.Grant(s.env, v.Request)
}

func (s *Screen) grantCommand() string {
	for _, v := range s.List.Targets() {
		switch v.Kind {
		case core.MemberVisitor:
			return fmt.Sprintf("gatehouse visit extend %d --reason REASON --for 4h", v.Visit)
		case core.MemberRequester:
			return fmt.Sprintf("gatehouse request approve %d --for 4h", v.Request)
		default:
		}
	}
	return ""
}

// flag names the unit of a member verb.
func (s *Screen) flag() string {
	switch s.head.Ref.Kind {
	case core.KindMaintainer:
		return fmt.Sprintf("--maintainer %d", s.head.Ref.ID)
	case core.KindOrganization:
		return fmt.Sprintf("--org %d", s.head.Ref.ID)
	default:
	}
	return fmt.Sprintf("--project %d", s.head.Ref.ID)
}
