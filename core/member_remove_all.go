package core

import "context"

// RemoveMemberAndUses takes somebody out of an organization, and in the same step out of projects of it that they are
// direct members of (OR11): otherwise those memberships stay and show as external. RemovalImpact lists them. All or
// nothing; each project gets an event of its own, linked to that of the organization. About oneself it is refused: who
// leaves, leaves each unit.
//
// Errors: those of RemoveMember; for a project those of 6.3, target_not_in_org where it belongs to another
// organization, not_found where the person is no direct member of it.
func (a *Actor) RemoveMemberAndUses(ctx context.Context, id OrganizationID, who Who, version uint64, projects []ProjectID) error {
	if len(projects) == 0 {
		return a.RemoveMember(ctx, id.Ref(), who, version)
	}
	return a.do(ctx, attempt{action: "member.remove", subjects: append([]Ref{id.Ref()}, who.refs()...)}, func(c *change) error {
		if c.isMe(who) {
			return refuse(ReasonForbidden, words{"unit": c.unitName(id.Ref()), "who": "another administrator"})
		}
		acc, err := c.endMembership("member.remove", id.Ref(), who, version)
		if err != nil {
			return err
		}
		seen := map[ProjectID]bool{}
		for _, p := range projects {
			if seen[p] {
				continue
			}
			seen[p] = true
			if err := c.endUse(id, p, acc); err != nil {
				return err
			}
		}
		return nil
	})
}

// endUse ends the direct membership of somebody in a project of the organization they are removed from.
func (c *change) endUse(id OrganizationID, project ProjectID, acc Account) error {
	f, err := c.may(ProjectManageUsers, project.Ref())
	if err != nil {
		return err
	}
	p, err := c.project(project)
	if err != nil {
		return err
	}
	if p.Organization != id {
		return refuse(ReasonTargetNotInOrg, words{"target": p.Name, "organization": c.unitName(id.Ref())}).on("", project.Ref())
	}
	m, ok, err := c.membership(project.Ref(), acc.ID)
	if err != nil {
		return err
	}
	if !ok || m.Visitor() {
		return notFound(acc.ID.Ref())
	}
	c.alsoIn("user.remove", id.Ref(), []Ref{project.Ref(), acc.ID.Ref()}, membershipGone(m)...)
	c.undoable(UndoState{Membership: &m}, UndoState{})
	c.tell(acc.ID, NoticeUserRemoved, NoticeFacts{Name: f.UnitName}, project.Ref())
	return c.dropMember(m)
}
