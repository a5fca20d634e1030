package core

import "context"

// LeaveVisit ends the own running visit, to a unit of any kind (A5).
//
// Errors: not_found for a visit that the actor may not see; forbidden for somebody else's; already_decided when it is
// over.
func (a *Actor) LeaveVisit(ctx context.Context, id VisitID) (Visit, error) {
	var out Visit
	err := a.do(ctx, attempt{action: "visit.leave", subjects: []Ref{id.Ref()}}, func(c *change) error {
		v, err := c.seenVisit(id)
		if err != nil {
			return err
		}
		if v.Account != c.me.ID {
			return refuse(ReasonForbidden, words{"unit": c.unitName(v.Unit), "who": "the visitor"})
		}
		if err := c.active(); err != nil {
			return err
		}
		if err := c.running(v); err != nil {
			return err
		}
		out, err = c.leaveVisit(v)
		return err
	})
	return out, err
}

// leaveVisit ends a visit that its visitor leaves.
func (c *change) leaveVisit(v Visit) (Visit, error) {
	chain, err := c.chainOf(v.Unit)
	if err != nil {
		return v, err
	}
	c.happened("visit.leave", chain, []Ref{v.Unit, v.ID.Ref(), c.me.ID.Ref()}, "")
	return c.endVisit(v, VisitLeft, c.me.ID, "")
}

// RevokeVisit ends the visit of somebody else at once, with an optional note that the visitor reads (A6). Full-role
// users and administrators may for a project, administrators and Support for an organization, members and Support for a
// maintainer; Support besides for a deleted project (DR9).
//
// Errors: those of 6.3 and 6.4; not_found for a visit that the actor may not see; already_decided when it is over;
// stale; invalid_text.
func (a *Actor) RevokeVisit(ctx context.Context, id VisitID, version uint64, note string) (Visit, error) {
	var out Visit
	err := a.do(ctx, attempt{action: "visit.revoke", subjects: []Ref{id.Ref()}}, func(c *change) error {
		v, err := c.seenVisit(id)
		if err != nil {
			return err
		}
		if _, err := c.mayRemove(v.Unit); err != nil {
			return err
		}
		if err := c.running(v); err != nil {
			return err
		}
		if err := c.unchanged(id.Ref(), "Visit "+id.Ref().number(), v.Version, version); err != nil {
			return err
		}
		if note, err = cleanNote("note", note); err != nil {
			return err
		}
		out, err = c.revokeVisit(v, note)
		return err
	})
	return out, err
}

// revokeVisit ends the visit for somebody who may, and tells the visitor.
func (c *change) revokeVisit(v Visit, note string) (Visit, error) {
	chain, err := c.chainOf(v.Unit)
	if err != nil {
		return v, err
	}
	c.happened("visit.revoke", chain, []Ref{v.Unit, v.ID.Ref(), v.Account.Ref()}, note)
	if v, err = c.endVisit(v, VisitRevoked, c.me.ID, note); err != nil {
		return v, err
	}
	c.tell(v.Account, NoticeVisitRevoked, NoticeFacts{Name: c.unitName(v.Unit), Text: note}, v.ID.Ref(), v.Unit)
	return v, nil
}

// seenVisit reads a visit; one that the actor may not see is not_found, like one that is not there (A10). The visitor
// sees it for ever, others see it as they see the people of its unit.
func (r *reading) seenVisit(id VisitID) (Visit, error) {
	v, err := get(r.Visits(), id, id.Ref())
	if err != nil || v.Account == r.me.ID {
		return v, err
	}
	return v, r.hide(id.Ref(), seeRight(v.Unit), v.Unit)
}

// hide refuses with not_found of the record when the actor's relation does not let them see it. Refusals that say
// nothing about the record (an account that is not usable, the MFA lock) are left to the right itself.
func (r *reading) hide(ref Ref, right Right, unit Unit) error {
	f, err := r.facts(unit)
	if err != nil {
		return err
	}
	if f.Deleted && r.me.Support {
		return nil // listed for Support, who may empty it (DR4, DR9)
	}
	if permits(right, f) {
		return nil
	}
	switch Access(right, f).Reason {
	case ReasonNotFound, ReasonForbidden, ReasonAdminRoleRequired:
		return notFound(ref)
	default:
		return nil
	}
}

// running refuses with already_decided when the visit is over, and with lapsed when it is past its end and not swept
// yet (TM5).
func (r *reading) running(v Visit) error {
	text := words{"request or invitation": "Visit", "id": v.ID.Ref().number(), "state": string(v.State)}
	switch {
	case v.State != VisitActive:
		who, err := r.label(v.By)
		if err != nil {
			return err
		}
		text["who"], text["time"] = who, moment(v.Ended)
		return refuse(ReasonAlreadyDecided, text)
	case v.Ends.Passed(r.now):
		return refuseAs(ReasonLapsed, variantVisit, words{"id": v.ID.Ref().number(), "time": moment(v.Ends)})
	}
	return nil
}

// unitName gives the name of a unit for a sentence or a notification.
func (r *reading) unitName(unit Unit) string {
	switch unit.Kind {
	case KindMaintainer:
		if m, ok, err := r.Maintainers().Get(MaintainerID(unit.ID)); err == nil && ok {
			return m.Name
		}
	case KindOrganization:
		if o, ok, err := r.Organizations().Get(OrganizationID(unit.ID)); err == nil && ok {
			return o.Name
		}
	default:
		if p, ok, err := r.Projects().Get(ProjectID(unit.ID)); err == nil && ok {
			return p.Name
		}
	}
	return unit.Kind.String() + " " + unit.number()
}
