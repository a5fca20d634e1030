package core_test

import (
	"pgregory.net/rapid"

	"gatehouse/core"
)

// peopleSteps are the actions about who belongs where.
func (p *worldPlay) peopleSteps() []step {
	return []step{
		{6, p.AddMember},
		{4, p.RemoveMember},
		{2, p.LeaveOrganization},
		{6, p.AssignRoles},
		{6, p.InviteToOrganization},
		{8, p.InviteToProject},
		{8, p.Answer},
		{3, p.Cancel},
		{6, p.AddUser},
		{4, p.RemoveUser},
		{5, p.SetRole},
		{2, p.LeaveProject},
		{3, p.AdminJoins},
		{2, p.AutoJoin},
		{4, p.RequireMFA},
		{4, p.MFA},
		{3, p.Time},
	}
}

func (p *worldPlay) AddMember(t *rapid.T) {
	who, whom, o := p.who(t), p.whom(t), p.org(t)
	in := core.AddInput{Unit: o.id.Ref(), Email: p.email(whom)}
	if !p.admin(who, o) {
		in.Reason = incident
	}
	_, _, err := p.h.as(who).AddMember(ctx, in)
	// M5, M6: staff add only while Auto Join is on, with MFA and a reason, and no staff; who is added is no administrator.
	may := p.runs(who, o) || p.staffOf(who, o) && p.mfa[who] && o.autoJoin && !p.staffOf(whom, o)
	may = may && whom != who && !p.member(whom, o) && (!o.required || p.mfa[whom])
	if p.want(t, "add member", who, may, err) {
		o.members[whom] = wRoles{admin: p.runs(who, o)}
		p.comes(whom, o, nil)
	}
}

func (p *worldPlay) RemoveMember(t *rapid.T) {
	who, whom, o := p.who(t), p.whom(t), p.org(t)
	if who == whom {
		return
	}
	p.undoing(t, who, func() bool {
		err := p.h.as(who).RemoveMember(ctx, o.id.Ref(), p.h.id(whom), 0)
		may := (p.runs(who, o) || who == "sam") && p.member(whom, o) && !p.alone(whom, o)
		if !p.want(t, "remove member", who, may, err) {
			return false
		}
		delete(o.members, whom)
		return true
	})
}

func (p *worldPlay) LeaveOrganization(t *rapid.T) {
	who, o := p.who(t), p.org(t)
	if p.want(t, "leave organization", who, p.member(who, o) && !p.alone(who, o), p.h.as(who).LeaveOrganization(ctx, o.id)) {
		delete(o.members, who)
	}
}

func (p *worldPlay) AssignRoles(t *rapid.T) {
	who, whom, o := p.who(t), p.whom(t), p.org(t)
	role, give := oneOf(t, "role", []string{core.RoleAdmin, "DEV"}), pick(t, "give", 3) > 0
	p.undoing(t, who, func() bool {
		var add, remove []string
		if give {
			add = []string{role}
		} else {
			remove = []string{role}
		}
		_, err := p.h.as(who).AssignRoles(ctx, o.id, p.h.id(whom), 0, add, remove)
		held := o.members[whom].admin
		if role == "DEV" {
			held = o.members[whom].dev
		}
		may := p.runs(who, o) && p.member(whom, o) && (give || held) && (give || role == "DEV" || !p.alone(whom, o))
		if !p.want(t, "assign roles", who, may, err) || held == give {
			return false
		}
		r := o.members[whom]
		if role == "DEV" {
			r.dev = give
		} else {
			r.admin = give
		}
		o.members[whom] = r
		return true
	})
}

func (p *worldPlay) InviteToOrganization(t *rapid.T) {
	who, whom, o := p.who(t), p.whom(t), p.org(t)
	i, _, err := p.h.as(who).Invite(ctx, core.InviteInput{Unit: o.id.Ref(), Email: p.email(whom)})
	may := p.runs(who, o) && who != whom && !p.member(whom, o) && p.pending(whom, o, nil) == nil
	if p.want(t, "invite to organization", who, may, err) {
		p.sent(i, &wInvite{org: o, by: who, who: whom})
	}
}

func (p *worldPlay) InviteToProject(t *rapid.T) {
	who, whom, pr, role := p.who(t), p.whom(t), p.project(t), oneOf(t, "role", levels)
	i, _, err := p.h.as(who).Invite(ctx, core.InviteInput{Unit: pr.id.Ref(), Email: p.email(whom), Role: role})
	_, in := pr.users[whom]
	may := p.manages(who, pr) && who != whom && !in && p.pending(whom, nil, pr) == nil && (role != core.RoleShare || p.givesShare(who, pr))
	if p.want(t, "invite to project", who, may, err) {
		p.sent(i, &wInvite{project: pr, by: who, who: whom, role: role})
	}
}

// sent remembers an invitation; one that lapsed before is replaced by it (section 9).
func (p *worldPlay) sent(i core.Invitation, w *wInvite) {
	for _, old := range p.invites {
		if old.who == w.who && old.org == w.org && old.project == w.project && old.state == core.InvitationLapsed {
			old.state = core.InvitationSuperseded
		}
	}
	w.id, w.state, w.lapses = i.ID, core.InvitationPending, i.Lapses
	p.invites = append(p.invites, w)
}

func (p *worldPlay) invite(t *rapid.T) *wInvite {
	if len(p.invites) == 0 {
		return nil
	}
	if coin(t, "newest") {
		return p.invites[len(p.invites)-1]
	}
	return oneOf(t, "invitation", p.invites)
}

func (p *worldPlay) Answer(t *rapid.T) {
	i := p.invite(t)
	if i == nil {
		return
	}
	who := i.who
	if pick(t, "another", 5) == 0 {
		who = p.who(t)
	}
	open := who == i.who && i.state == core.InvitationPending
	if pick(t, "decline", 4) == 0 {
		_, err := p.h.as(who).DeclineInvitation(ctx, i.id, 0)
		if p.want(t, "decline", who, open, err) {
			i.state = core.InvitationDeclined
		}
		return
	}
	o := i.org
	if i.project != nil {
		o = i.project.org
	}
	_, err := p.h.as(who).AcceptInvitation(ctx, i.id, 0)
	if !p.want(t, "accept", who, open && !p.locked(who, o), err) {
		return
	}
	i.state = core.InvitationAccepted
	if i.project != nil {
		i.project.users[who] = i.role
		return
	}
	i.org.members[who] = wRoles{admin: true}
}

func (p *worldPlay) Cancel(t *rapid.T) {
	i, who := p.invite(t), p.who(t)
	if i == nil {
		return
	}
	p.undoing(t, who, func() bool {
		_, err := p.h.as(who).CancelInvitation(ctx, i.id, 0)
		may := i.state == core.InvitationPending && who != i.who // I5: the invitee declines
		if i.project != nil {
			may = may && p.manages(who, i.project)
		} else {
			may = may && p.runs(who, i.org)
		}
		if !p.want(t, "cancel", who, may, err) {
			return false
		}
		i.state = core.InvitationCancelled
		return true
	})
}

func (p *worldPlay) AddUser(t *rapid.T) {
	who, whom, pr, role := p.who(t), p.whom(t), p.project(t), oneOf(t, "role", levels)
	_, _, err := p.h.as(who).AddMember(ctx, core.AddInput{Unit: pr.id.Ref(), Email: p.email(whom), Role: role})
	_, in := pr.users[whom]
	may := p.manages(who, pr) && !in && (!pr.org.required || p.mfa[whom]) && (role != core.RoleShare || p.givesShare(who, pr))
	if p.want(t, "add user", who, may, err) {
		pr.users[whom] = role
		p.comes(whom, nil, pr)
	}
}

func (p *worldPlay) RemoveUser(t *rapid.T) {
	who, whom, pr := p.who(t), p.whom(t), p.project(t)
	if who == whom {
		return
	}
	p.undoing(t, who, func() bool {
		err := p.h.as(who).RemoveMember(ctx, pr.id.Ref(), p.h.id(whom), 0)
		_, in := pr.users[whom]
		// DR9: Support may empty a deleted project.
		may := in && (p.manages(who, pr) || who == "sam" && pr.state == core.ProjectDeleted)
		if !p.want(t, "remove user", who, may, err) {
			return false
		}
		delete(pr.users, whom)
		return pr.state == core.ProjectActive
	})
}

func (p *worldPlay) SetRole(t *rapid.T) {
	who, whom, pr, role := p.who(t), p.whom(t), p.project(t), oneOf(t, "role", levels)
	p.undoing(t, who, func() bool {
		_, err := p.h.as(who).SetRole(ctx, pr.id, p.h.id(whom), 0, role)
		old, in := pr.users[whom]
		may := p.manages(who, pr) && in && (role != core.RoleShare || p.givesShare(who, pr) || old == role) // F11
		if !p.want(t, "set role", who, may, err) || old == role {
			return false
		}
		pr.users[whom] = role
		return true
	})
}

func (p *worldPlay) LeaveProject(t *rapid.T) {
	who, pr := p.who(t), p.project(t)
	_, in := pr.users[who]
	if p.want(t, "leave project", who, in && pr.state == core.ProjectActive, p.h.as(who).LeaveProject(ctx, pr.id)) {
		delete(pr.users, who)
	}
}

// AdminJoins lets administrators join; what staff do at the door is the other model's.
func (p *worldPlay) AdminJoins(t *rapid.T) {
	who, pr := p.who(t), p.project(t)
	if p.staffOf(who, pr.org) && !p.admin(who, pr.org) {
		return
	}
	_, err := p.h.as(who).JoinProject(ctx, pr.id, nil)
	_, direct := pr.users[who]
	if p.want(t, "join", who, p.open(who, pr) && p.admin(who, pr.org) && !direct, err) {
		pr.users[who] = core.RoleProjectAdmin
		p.comes(who, nil, pr)
	}
}

func (p *worldPlay) AutoJoin(t *rapid.T) {
	who, o, on := p.who(t), p.org(t), pick(t, "on", 3) > 0
	p.undoing(t, who, func() bool {
		_, err := p.h.as(who).SetAutoJoin(ctx, o.id, 0, on)
		if !p.want(t, "auto join", who, p.runs(who, o), err) || o.autoJoin == on {
			return false
		}
		o.autoJoin = on
		return true
	})
}

func (p *worldPlay) RequireMFA(t *rapid.T) {
	who, o := p.who(t), p.org(t)
	if o.required {
		_, err := p.h.as(who).MFAOff(ctx, o.id, 0)
		if p.want(t, "mfa off", who, p.runs(who, o), err) {
			o.required = false
		}
		return
	}
	_, err := p.h.as(who).RequireMFA(ctx, o.id, 0, true)
	if p.want(t, "require mfa", who, p.runs(who, o) && p.mfa[who], err) {
		o.required = true
	}
}

func (p *worldPlay) MFA(t *rapid.T) {
	who := oneOf(t, "who", []string{"ana", "ben", "cyd", "pia", "otto"})
	p.mfa[who] = pick(t, "on", 4) > 0
	p.h.setMFA(who, p.mfa[who])
}
