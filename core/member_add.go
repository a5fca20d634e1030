package core

import (
	"context"
	"slices"
	"strings"
)

// AddInput says who is added to a unit directly, and as what.
type AddInput struct {
	Unit  Unit
	Email string // F3; an unknown address becomes an account that is not activated (M4)
	// Role is the project role; empty means the default (RO6). Projects only.
	Role Role
	// Roles are organization roles; none means what "new members get" says, DEFAULT is always included (OR9).
	// Organizations only.
	Roles []string
	// Reason is F4 or empty: of projects, and of organizations where staff add, who must give one (M5). Until is 15 minutes
	// or more ahead or none, of projects only (I12, TM1).
	Reason string
	Until  Moment
}

// AddMember puts somebody into a unit at once (A2, M4–M6, MT4, I15). It supersedes the person's own pending invitation
// and request (I10, R8). For an account that is not activated it also says how an activation code reaches them (AC19).
// Refused as section 6 says, and with invalid_email, invalid_role, share_needs_org_member (RO3),
// reason_required (M5), invalid_end, use_join (M5, MT4), cannot_invite_self, already_member (also for visitors, V7),
// mfa_required (M13).
func (a *Actor) AddMember(ctx context.Context, in AddInput) (Membership, GivenCode, error) {
	action := Action("member.add")
	if in.Unit.Kind == KindProject {
		action = "user.add"
	}
	var out Membership
	var code GivenCode
	err := a.do(ctx, attempt{action: action, subjects: []Ref{in.Unit}}, func(c *change) error {
		var err error
		out, code, err = c.addMember(action, in)
		return err
	})
	if err != nil {
		return Membership{}, GivenCode{}, err
	}
	return out, code, nil
}

func (c *change) addMember(action Action, in AddInput) (Membership, GivenCode, error) {
	right, ok := map[Kind]Right{KindMaintainer: MaintainerManage, KindOrganization: OrganizationAdd, KindProject: ProjectAdd}[in.Unit.Kind]
	if !ok {
		return Membership{}, GivenCode{}, notFound(in.Unit)
	}
	f, err := c.may(right, in.Unit)
	if err != nil {
		return Membership{}, GivenCode{}, err
	}
	if in.Role == RoleShare && f.RoleSet.Has(RoleShare) {
		if _, err := c.may(ProjectGiveShare, in.Unit); err != nil {
			return Membership{}, GivenCode{}, err
		}
	}
	email, err := cleanEmail(in.Email)
	if err != nil {
		return Membership{}, GivenCode{}, err
	}
	m := Membership{Unit: in.Unit, Origin: OriginAdded}
	acc, known, err := c.accountByEmail(email)
	if err != nil {
		return m, GivenCode{}, err
	}
	if !known {
		acc = Account{Email: email, State: AccountNotActivated}
	}
	if err := c.joinsItself(f, acc); err != nil {
		return m, GivenCode{}, err
	}
	if err := c.cleanMembership(&m, f, in); err != nil {
		return m, GivenCode{}, err
	}
	if err := c.mayComeIn(f, acc); err != nil {
		return m, GivenCode{}, err
	}
	return c.letIn(action, m, acc, f.UnitName)
}

// cleanMembership checks the form of what somebody is added as: role, roles, reason and end, in the order of A9.
func (c *change) cleanMembership(m *Membership, f Facts, in AddInput) error {
	var err error
	switch in.Unit.Kind {
	case KindProject:
		m.Approver = c.me.ID // H8
		if m.Role, err = cleanRole(f.RoleSet, in.Role); err != nil {
			return err
		}
		if in.Reason != "" {
			if m.Reason, err = cleanReason(in.Reason); err != nil {
				return err
			}
		}
		m.Until = in.Until
		if m.Until == 0 {
			return nil
		}
		return checkEnd("until", m.Until, c.now.Add(LengthMin.Duration()), 0)
	case KindOrganization:
		if !f.Admin {
			m.Roles, m.Reason, err = c.addedByStaff(OrganizationID(in.Unit.ID), in)
			in.Reason = ""
			break
		}
		m.Roles, err = c.cleanRoles(OrganizationID(in.Unit.ID), in.Roles)
	default:
		if len(in.Roles) > 0 {
			return refuse(ReasonInvalidRole, words{"role": in.Roles[0], "allowed": "none: members of a maintainer have no roles"}).field("roles")
		}
	}
	switch {
	case err != nil:
		return err
	case in.Role != "":
		return refuse(ReasonInvalidRole, words{"role": string(in.Role), "allowed": "the roles of the organization"}).field("role")
	case in.Reason != "":
		return invalidValue("reason", "empty: only staff who add somebody to an organization give one, and users of a project have one")
	case in.Until != 0:
		return invalidValue("until", "empty: members of an organization or a maintainer have no end")
	}
	return nil
}

// cleanRole checks a project role against the set of the project (RO8); empty means the default (RO6).
func cleanRole(set RoleSet, role Role) (Role, error) {
	if role == "" {
		return set.Default(), nil
	}
	if set.Has(role) {
		return role, nil
	}
	return "", refuse(ReasonInvalidRole, words{"role": string(role), "allowed": roleNames(set)}).field("role")
}

// roleNames lists the roles of a set for a sentence, highest first.
func roleNames(set RoleSet) string {
	names := make([]string, 0, len(roleLevels[set]))
	for _, r := range set.Roles() {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

// cleanRoles checks organization roles and puts DEFAULT to them; none means what new members get (OR9).
func (r *reading) cleanRoles(id OrganizationID, roles []string) ([]string, error) {
	if len(roles) == 0 {
		o, err := r.organization(id)
		if err != nil {
			return nil, err
		}
		if o.NewMembers == NewMembersDefault {
			return []string{RoleDefault}, nil
		}
		return []string{RoleAdmin, RoleDefault}, nil
	}
	roles = foldRoles(roles)
	for _, role := range roles {
		if err := r.roleExists(id, role); err != nil {
			return nil, err
		}
	}
	return sortedRoles(append([]string{RoleDefault}, roles...)), nil
}

// roleExists refuses a role that the organization does not have.
func (r *reading) roleExists(id OrganizationID, role string) error {
	if role == RoleDefault || role == RoleAdmin {
		return nil
	}
	_, ok, err := r.Roles().Get(OrganizationRoleKey{Organization: id, ID: role})
	if err != nil || ok {
		return err
	}
	allowed := []string{RoleAdmin, RoleDefault}
	err = each(r.Roles(), Scan{Prefix: Key{Num(id)}}, func(known OrganizationRole) (bool, error) {
		allowed = append(allowed, known.ID)
		return true, nil
	})
	if err != nil {
		return err
	}
	return refuse(ReasonInvalidRole, words{"role": nameOr(role, "Nothing"), "allowed": joinRoles(sortedRoles(allowed))}).field("roles")
}

func sortedRoles(roles []string) []string {
	roles = slices.Clone(roles)
	slices.Sort(roles)
	return slices.Compact(roles)
}

func joinRoles(roles []string) string { return strings.Join(roles, ", ") }

// mayComeIn checks the other person: oneself, a member, staff that joins without help, MFA (A9 step 9).
func (c *change) mayComeIn(f Facts, acc Account) error {
	m, ok, err := c.membership(f.Unit, acc.ID)
	if err != nil {
		return err
	}
	inside := ok && m.Running(c.now)
	if acc.ID == c.me.ID {
		err = addingOneself(f, inside)
	} else if inside {
		err = refuse(ReasonAlreadyMember, words{"who": acc.label(), "unit": f.UnitName}).field("email")
	}
	if err != nil {
		return err
	}
	if err := c.joinsItself(f, acc); err != nil {
		return err
	}
	if f.MFARequired && !acc.MFA() { // M13
		return refuseAs(ReasonMFARequired, variantOther, words{"who": acc.label()}).field("email")
	}
	return nil
}

// addingOneself refuses it, except for administrators who are not in the project (A2).
func addingOneself(f Facts, inside bool) error {
	project := f.Unit.Kind == KindProject
	switch {
	case inside && project:
		return refuse(ReasonCannotInviteSelf, nil).field("email") // I4, I15: before already_member
	case inside:
		return refuseAs(ReasonAlreadyMember, variantOwn, words{"unit": f.UnitName}).field("email")
	case !project: // M5, MT4: staff join
		return refuseAs(ReasonUseJoin, variantOwn, words{"unit": f.UnitName}).field("email")
	}
	return nil
}

// letIn lets the person in, with an account if need be, and tells them.
func (c *change) letIn(action Action, m Membership, acc Account, unitName string) (Membership, GivenCode, error) {
	chain, err := c.chainOf(m.Unit)
	if err != nil {
		return m, GivenCode{}, err
	}
	code, send := GivenCode{}, (*CodeToSend)(nil)
	fresh := acc.ID == 0
	if fresh {
		if acc, err = c.newAccount(acc); err != nil {
			return m, GivenCode{}, err
		}
		c.alsoIn("account.create", System, []Ref{acc.ID.Ref()})
	}
	if acc.State == AccountNotActivated {
		if code, send, err = c.giveCode(acc, fresh, ActivationCode{}); err != nil {
			return m, GivenCode{}, err
		}
	}
	m.Account = acc.ID
	c.happened(action, chain, []Ref{m.Unit, acc.ID.Ref()}, m.Reason, membershipGiven(m)...)
	if err := c.clearOverdue(m.Unit, acc.ID); err != nil {
		return m, GivenCode{}, err
	}
	if m, err = c.enter(m, acc); err != nil {
		return m, GivenCode{}, err
	}
	c.tellAdded(m, acc, unitName, send)
	switch m.Unit.Kind {
	case KindMaintainer:
		_, err = c.datedAsStaff(acc.ID)
	case KindOrganization:
		switch err = c.openedByRoles(m); {
		case err != nil:
		case m.AddedByStaff():
			err = c.tellAddedByStaff(m)
		default:
			err = c.tellNewAdministrator(m, howAdded, c.me.ID)
		}
	default:
	}
	return m, code, err
}

func membershipGiven(m Membership) []Change {
	var changes []Change
	if m.Role != "" {
		changes = append(changes, Change{Field: "role", After: string(m.Role)})
	}
	if len(m.Roles) > 0 {
		changes = append(changes, Change{Field: "roles", After: joinRoles(m.Roles)})
	}
	if m.Until != 0 {
		changes = append(changes, Change{Field: "until", After: m.Until.String()})
	}
	return changes
}

// heldAs writes the role or roles of a membership; maintainers have none.
func (m Membership) heldAs() string {
	if m.Unit.Kind == KindOrganization {
		return joinRoles(m.Roles)
	}
	return string(m.Role)
}

func (c *change) tellAdded(m Membership, acc Account, unitName string, send *CodeToSend) {
	subjects := []Ref{m.Unit}
	facts := NoticeFacts{Name: unitName, Text: m.Reason, Role: m.heldAs(), At: m.Until}
	switch {
	case acc.State == AccountNotActivated:
		c.tellCode(acc.ID, NoticeActivate, facts, send, subjects...)
	case m.Unit.Kind == KindProject:
		c.tell(acc.ID, NoticeUserAdded, facts, subjects...)
	default:
		c.tell(acc.ID, NoticeMemberAdded, facts, subjects...)
	}
}

// openedByRoles supersedes the pending requests of a member for projects that its organization roles open now (R8).
// Extensions stay: they belong to a visit.
func (c *change) openedByRoles(m Membership) error {
	pending, err := all(c.Requests(), Scan{Index: PendingOfRequester, Prefix: Key{Num(m.Account)}})
	if err != nil {
		return err
	}
	for _, q := range pending {
		if q.Organization.Ref() != m.Unit || q.Extends != 0 {
			continue
		}
		p, err := c.project(q.Project)
		if err != nil {
			return err
		}
		level, err := c.roleAccess(p, m.Account)
		if err != nil {
			return err
		}
		if level == "" {
			continue
		}
		if err := c.settleRequest(q, RequestSuperseded); err != nil {
			return err
		}
	}
	return nil
}
