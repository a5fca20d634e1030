package core

import "strings"

// undoGone says in place of a bare not_found what is gone since the action: nobody who undoes has named a number. What it
// says is true by the record, and holds no name: whoever lost the relation meanwhile learns none (A10).
func (c *change) undoGone(u Undo, refused error) error {
	if ReasonOf(refused) != ReasonNotFound {
		return refused
	}
	unit, err := c.undoUnit(u)
	if err != nil {
		return err
	}
	gone := func(what, next string) error {
		return sentenceError(ReasonNotFound, what+" since. This cannot be undone any more.", next).on(string(actionUndo), unit)
	}
	kind := unit.Kind.String()
	named := strings.ToUpper(kind[:1]) + kind[1:] + " " + unit.number()
	deleted, restorable, err := c.unitDeleted(unit)
	switch {
	case err != nil:
		return err
	case restorable:
		return gone(named+" was deleted", "Support can restore it.")
	case deleted:
		return gone(named+" was deleted", "")
	case u.Before.Bucket != nil:
		if _, err := c.may(ProjectBuckets, unit); err != nil {
			return err
		}
		return gone("Bucket "+u.Before.Bucket.ID.Ref().number()+" was deleted", "")
	case u.Before.Membership != nil || u.Before.Invitation != nil:
		return gone("The account of the person was removed", "")
	}
	return refused
}

// unitDeleted reports whether a unit was deleted, and whether it can still be restored.
func (c *change) unitDeleted(unit Unit) (deleted, restorable bool, err error) {
	switch unit.Kind {
	case KindMaintainer:
		m, err := c.maintainer(MaintainerID(unit.ID))
		return m.State != UnitActive, false, err
	case KindOrganization:
		o, err := c.organization(OrganizationID(unit.ID))
		return o.State != UnitActive, false, err
	default:
	}
	p, err := c.project(ProjectID(unit.ID))
	if err != nil || p.State != ProjectDeleted {
		return p.State != ProjectActive, false, err
	}
	o, err := c.organization(p.Organization)
	return true, o.State == UnitActive, err
}
