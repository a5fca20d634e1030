package member

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/screen/entry"
	"gatehouse/tui/screen/invitation"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/theme"
)

// Names of the fields, as core names them in errors.
const (
	fieldEmail  = "email"
	fieldRole   = "role"
	fieldRoles  = "roles"
	fieldReason = "reason"
	fieldUntil  = "until"
	fieldWay    = "way"
)

// Ways to let somebody in.
const (
	wayAdd    = "add"
	wayInvite = "invite"
)

// added answers the form: somebody is in, and a new account has a code that is shown once (AC19).
type added struct {
	email, unit string
	code        core.GivenCode
}

// askAdd asks whom to add or invite, and as what; the form offers the ways that are open.
func (s *Screen) askAdd() tea.Cmd {
	d, ref := unit.DeskOf(s.env), s.head.Ref
	return d.Open(ref, mayLetIn, func(h *unit.Head) (card.Card, error) { return letIn(d, h, "") })
}

// Invite asks whom to invite to a unit, and as what.
func Invite(e *app.Env, ref core.Unit) tea.Cmd {
	d := unit.DeskOf(e)
	may := func(h *unit.Head) error { return h.May(invitation.InviteRight(ref)) }
	return d.Open(ref, may, func(h *unit.Head) (card.Card, error) { return letIn(d, h, wayInvite) })
}

// mayLetIn says why somebody can be neither added nor invited.
func mayLetIn(h *unit.Head) error {
	add := h.May(addRight(h.Ref))
	if add == nil || h.May(invitation.InviteRight(h.Ref)) == nil {
		return nil
	}
	return add
}

// wayOf is the way that a form takes or proposes, and whether it asks, because both are open and none was chosen.
func wayOf(h *unit.Head, way string) (_ string, asks bool) {
	switch {
	case way != "":
		return way, false
	case h.May(invitation.InviteRight(h.Ref)) != nil:
		return wayAdd, false
	case h.May(addRight(h.Ref)) != nil:
		return wayInvite, false
	default:
		return wayAdd, true
	}
}

// letIn is the form to add or to invite somebody. Without a way it asks which, where both are open.
func letIn(d unit.Desk, h *unit.Head, way string) (card.Card, error) {
	ref, name := h.Ref, h.Name()
	way, asks := wayOf(h, way)
	f := &form.Form{
		Heading: "Add to " + name, StillThere: d.Still(ref, 0, mayLetIn),
		Fields: []*form.Field{{Name: fieldEmail, Label: "E-mail", Required: true, Limit: core.EmailMax, Placeholder: "name@company.test"}},
	}
	if way == wayInvite {
		f.Heading = "Invite to " + name
	}
	if asks {
		f.Heading = "Add or invite to " + name
		f.Fields = append(f.Fields, &form.Field{Name: fieldWay, Label: "How", Kind: form.Choice, Value: way, Options: []form.Option{
			{Value: wayAdd, Label: "add directly", Note: "in at once"},
			{Value: wayInvite, Label: "invite", Note: "in when they accept"},
		}})
	}
	switch ref.Kind {
	case core.KindProject:
		f.Fields = append(f.Fields, projectFields(d, h)...)
	case core.KindOrganization:
		more, err := furtherRoles(d, core.OrganizationID(ref.ID))
		if err != nil {
			return nil, err
		}
		if asStaff(h) {
			f.Fields = append(f.Fields, &form.Field{Name: fieldReason, Label: "Reason", Required: true, Help: "All administrators read it."})
			break
		}
		f.Fields = append(append(f.Fields, organizationField(h)), more...)
	default:
	}
	if asks || way == wayInvite {
		lapses := invitation.LapsesField()
		if asks {
			lapses.Help = "Of an invitation: a" + lapses.Help[1:]
		}
		f.Fields = append(f.Fields, lapses)
	}
	chosen := func(v form.Values) string {
		if asks {
			return v[fieldWay]
		}
		return way
	}
	f.Button = buttons[way]
	f.Consequence = func(v form.Values) []string {
		f.Button = buttons[chosen(v)]
		return consequence(h, chosen(v))
	}
	f.Send = func(ctx context.Context, v form.Values) (tea.Msg, error) {
		in, err := input(h, v, d)
		if err != nil {
			return nil, err
		}
		if chosen(v) == wayInvite {
			return sendInvitation(ctx, d, h, in, v)
		}
		_, code, err := d.Actor.AddMember(ctx, in)
		if err != nil {
			return nil, err
		}
		in.Email = strings.TrimSpace(in.Email)
		return added{in.Email, name, code}, nil
	}
	return f, nil
}

var buttons = map[string]string{wayAdd: "Add", wayInvite: "Invite"}

// consequence says what adding or inviting does.
func consequence(h *unit.Head, way string) []string {
	lines := []string{"The person is in at once and is told. An address without an account gets one, with a code to activate it."}
	if way == wayInvite {
		lines[0] = "The person is told, and is in once they accept. An address without an account gets one, with a code to activate it."
	}
	switch {
	case h.Ref.Kind != core.KindOrganization:
	case asStaff(h):
		lines = append(lines, "You add as staff: the person gets DEFAULT, and all administrators are told by whom and why.")
	default:
		lines = append(lines, "Support staff who come in so are ordinary members, without an end.")
	}
	return lines
}

// asStaff reports whether somebody is added to an organization by staff, who give a reason and DEFAULT only (M5).
func asStaff(h *unit.Head) bool {
	return h.Ref.Kind == core.KindOrganization && h.May(core.OrganizationRoles) != nil
}

func sendInvitation(ctx context.Context, d unit.Desk, h *unit.Head, in core.AddInput, v form.Values) (tea.Msg, error) {
	wait, err := invitation.Lapses(v)
	if err != nil {
		return nil, err
	}
	i, code, err := d.Actor.Invite(ctx, core.InviteInput{
		Unit: in.Unit, Email: in.Email, Role: in.Role, Roles: in.Roles, Reason: in.Reason, Until: in.Until, Lapses: wait,
	})
	if err != nil {
		return nil, err
	}
	who := core.Person{ID: i.Account, Email: in.Email, State: core.AccountActive}
	if sent, err := d.Actor.Invitation(ctx, i.ID); err == nil {
		who = sent.Who
	}
	return invitation.Sent(who, "Invited "+who.Label()+" to "+h.Name()+".", i, code, d), nil
}

func projectFields(d unit.Desk, h *unit.Head) []*form.Field {
	return []*form.Field{
		roleField(h, h.Project.RoleSet.Default()),
		{Name: fieldReason, Label: "Reason", Help: "May stay empty. Everybody inside reads it."},
		{
			Name: fieldUntil, Label: "Until", Limit: core.MomentMax, Placeholder: "without an end",
			Help: "A length from now such as 30d, a day or a moment (UTC); empty for no end.",
			Check: func(v string, _ form.Values) string {
				if _, err := until(strings.TrimSpace(v), d); err != nil {
					return core.AsError(err).Message
				}
				return ""
			},
		},
	}
}

// roleField offers the roles of the project's set, highest first. share is for administrators to give (RO3).
func roleField(h *unit.Head, value core.Role) *form.Field {
	f := &form.Field{Name: fieldRole, Label: "Role", Kind: form.Choice, Value: string(value)}
	for _, r := range h.Project.RoleSet.Roles() {
		o := form.Option{Value: string(r), Label: string(r), Note: roleNote(r)}
		if err := h.May(core.ProjectGiveShare); r == core.RoleShare && value != r && err != nil {
			o.Disabled = err.Error()
		}
		f.Options = append(f.Options, o)
	}
	return f
}

// roleNote says what a role may (section 14).
func roleNote(r core.Role) string {
	switch r {
	case core.RoleShare:
		return "everything of admin, and share buckets"
	case core.RoleProjectAdmin:
		return "users, settings, deletion, and all content"
	case core.RoleProductionManager:
		return "users, settings, deletion, all content; shares and links buckets"
	case core.RoleGuest:
		return "all content; no settings, no users"
	case core.RoleDeveloper:
		return "all content, without linking and sharing"
	case core.RoleReviewer:
		return "see content"
	case core.RoleReadOnly:
		return "see content; no catalog of shared buckets"
	}
	return ""
}

// asSet stands for what the setting "new members get" says.
const asSet = ""

func organizationField(h *unit.Head) *form.Field {
	get := string(h.Organization.NewMembers)
	return &form.Field{Name: fieldRoles, Label: "Roles", Kind: form.Choice, Value: asSet, Options: []form.Option{
		{Value: asSet, Label: get, Note: "as set under Settings"},
		{Value: core.RoleAdmin, Label: "DEFAULT, ADMIN", Note: "an administrator: may do everything in the organization"},
		{Value: core.RoleDefault, Label: "DEFAULT", Note: "a plain member: enters the projects that roles open"},
	}}
}

func input(h *unit.Head, v form.Values, d unit.Desk) (core.AddInput, error) {
	in := core.AddInput{Unit: h.Ref, Email: v.Text(fieldEmail), Role: core.Role(v.Text(fieldRole)), Reason: v.Text(fieldReason)}
	if h.Ref.Kind == core.KindOrganization {
		in.Roles = chosenRoles(h, v)
	}
	var err error
	in.Until, err = until(v.Text(fieldUntil), d)
	return in, err
}

// until reads the end of a membership; empty is none.
func until(s string, d unit.Desk) (core.Moment, error) {
	if s == "" {
		return 0, nil
	}
	term, err := entry.ParseTerm(s, d.Now())
	if err != nil {
		e := *core.AsError(err)
		e.Field = fieldUntil
		return 0, &e
	}
	return term.End(core.At(d.Now())), nil
}

// welcome says that somebody is in; a code is shown this once, or why there is none to see (AC19).
func (s *Screen) welcome(a added) tea.Cmd {
	text := "Added " + a.email + " to " + a.unit + "."
	if a.code.Mailed {
		text += " The activation code goes to them by mail."
	}
	said := app.Send(app.Toast{Role: theme.Success, Text: text})
	if c := unit.CodeGiven(a.email, a.code, "", "after 7 days"); c != nil {
		return tea.Batch(s.Refresh(), said, card.Show(c))
	}
	return tea.Batch(s.Refresh(), said)
}

func (s *Screen) addCommand() string {
	if s.head.May(addRight(s.head.Ref)) != nil {
		return "gatehouse invitation send EMAIL " + s.flag()
	}
	return "gatehouse member add EMAIL " + s.flag()
}

// mayRole: direct members of projects, visitors too; ordinary members of organizations (RO7, OR10).
func (s *Screen) mayRole() error {
	v, ok := s.target()
	if !ok {
		return nil
	}
	if err := s.head.May(s.roleRight()); err != nil {
		return err
	}
	return whyNoRole(v)
}

func (s *Screen) roleRight() core.Right {
	if s.project() {
		return core.ProjectManageUsers
	}
	return core.OrganizationRoles
}

// target is the one row that an action means.
func (s *Screen) target() (core.MemberView, bool) {
	if t := s.List.Targets(); len(t) == 1 {
		return t[0], true
	}
	return core.MemberView{}, false
}

// askRole asks for another role.
func (s *Screen) askRole() tea.Cmd {
	v, ok := s.target()
	if !ok {
		return nil
	}
	d, ref, right := unit.DeskOf(s.env), s.head.Ref, s.roleRight()
	may := func(h *unit.Head) error { return h.May(right) }
	return d.Open(ref, may, func(h *unit.Head) (card.Card, error) {
		f := &form.Form{Heading: "Role of " + v.Person.Label() + " in " + h.Name(), Button: "Change", StillThere: d.Still(ref, 0, may)}
		revoked, err := d.Actor.DemotionImpact(d.Ctx, ref, v.Person.ID)
		if err != nil {
			return nil, err
		}
		if ref.Kind == core.KindProject {
			f.Fields = []*form.Field{roleField(h, v.Role)}
			f.Consequence = func(vs form.Values) []string {
				lines := []string{"It holds at once, also in sessions that are open."}
				if !core.Role(vs[fieldRole]).Full() {
					lines = append(lines, core.RevokedLines(revoked)...)
				}
				return lines
			}
			f.Send = func(ctx context.Context, vs form.Values) (tea.Msg, error) {
				m, err := d.Actor.SetRole(ctx, core.ProjectID(ref.ID), v.Person.ID, v.Version, core.Role(vs[fieldRole]))
				return unit.Done{Text: v.Person.Label() + " has the role " + string(m.Role) + " now."}, err
			}
			return f, nil
		}
		f.Consequence = func(vs form.Values) []string {
			if !slices.Contains(v.Roles, core.RoleAdmin) || vs.On(core.RoleAdmin) {
				return nil
			}
			return core.RevokedLines(revoked)
		}
		return f, rolesOf(d, h, v, f)
	})
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func (s *Screen) roleCommand() string {
	v, ok := s.target()
	switch {
	case !ok || v.Person.Email == "" || whyNoRole(v) != nil:
		return ""
	case s.project():
		return "gatehouse member role " + v.Person.Email + " ROLE " + s.flag()
	case admin(v):
		return "gatehouse role unassign ADMIN " + v.Person.Email + " " + s.flag()
	}
	return "gatehouse role assign ADMIN " + v.Person.Email + " " + s.flag()
}
