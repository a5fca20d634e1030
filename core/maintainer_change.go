package core

import (
	"context"
	"strconv"
)

// CreateMaintainer makes a maintainer with the actor as its first member (MT1, H6). Support only: forbidden.
// Refused with name_required, invalid_text.
func (a *Actor) CreateMaintainer(ctx context.Context, name string) (Maintainer, error) {
	var out Maintainer
	err := a.do(ctx, attempt{action: "maintainer.create"}, func(c *change) error {
		if err := c.flagMay(MaintainerCreate); err != nil {
			return err
		}
		clean, err := cleanName("name", name)
		if err != nil {
			return err
		}
		if out, err = c.newMaintainer(clean, c.me); err != nil {
			return err
		}
		c.happened("maintainer.create", out.ID.Ref(), []Ref{out.ID.Ref(), c.me.ID.Ref()}, "", Change{Field: "name", After: out.Name})
		return nil
	})
	return out, err
}

// newMaintainer stores a maintainer with its first member, ordinary and without end (H6).
func (c *change) newMaintainer(name string, creator Account) (Maintainer, error) {
	id, err := c.NextID(KindMaintainer)
	if err != nil {
		return Maintainer{}, err
	}
	m := Maintainer{ID: MaintainerID(id), Version: 1, Name: name, State: UnitActive, Created: c.now}
	if err := c.Maintainers().Put(m); err != nil {
		return m, err
	}
	_, err = c.enter(Membership{Unit: m.ID.Ref(), Account: creator.ID, Origin: OriginCreated}, creator)
	return m, err
}

// maintainerEdit is a change of one field of a maintainer, with equal sides for none (F11). Values of a private field do
// not stand in the log (AU13).
type maintainerEdit struct {
	action  Action
	private bool
	edit    func(*Maintainer) (Change, error)
}

// editMaintainer changes one field of a maintainer that the actor manages (MT9).
func (a *Actor) editMaintainer(ctx context.Context, id MaintainerID, version uint64, e maintainerEdit) (Maintainer, error) {
	var out Maintainer
	err := a.do(ctx, attempt{action: e.action, subjects: []Ref{id.Ref()}}, func(c *change) (err error) {
		out, err = c.editMaintainer(id, version, e)
		return err
	})
	return out, err
}

func (c *change) editMaintainer(id MaintainerID, version uint64, e maintainerEdit) (Maintainer, error) {
	if _, err := c.may(MaintainerManage, id.Ref()); err != nil {
		return Maintainer{}, err
	}
	m, err := c.maintainer(id)
	if err != nil {
		return m, err
	}
	if err := c.unchanged(id.Ref(), m.Name, m.Version, version); err != nil {
		return m, err
	}
	before := m
	ch, err := e.edit(&m)
	if err != nil || ch.Before == ch.After {
		return before, err
	}
	if e.private {
		ch.Before, ch.After = "", ""
	}
	m.Version++
	c.happened(e.action, id.Ref(), []Ref{id.Ref()}, "", ch)
	c.undoable(UndoState{Maintainer: &before}, UndoState{Maintainer: &m})
	return m, c.Maintainers().Put(m)
}

// RenameMaintainer changes the name: members and Support (MT9). Refused with stale, name_required, invalid_text.
func (a *Actor) RenameMaintainer(ctx context.Context, id MaintainerID, version uint64, name string) (Maintainer, error) {
	return a.editMaintainer(ctx, id, version, renameMaintainer(name))
}

func renameMaintainer(name string) maintainerEdit {
	return maintainerEdit{action: "maintainer.rename", edit: func(m *Maintainer) (Change, error) {
		clean, err := cleanName("name", name)
		ch := Change{Field: "name", Before: m.Name, After: clean}
		m.Name = clean
		return ch, err
	}}
}

// SetMaintainerContact changes the address that also receives ticket notices; empty clears it (MT9). The event does
// not hold it (AU13). Refused with stale, invalid_email.
func (a *Actor) SetMaintainerContact(ctx context.Context, id MaintainerID, version uint64, contact string) (Maintainer, error) {
	return a.editMaintainer(ctx, id, version, maintainerContact(contact))
}

func maintainerContact(contact string) maintainerEdit {
	return maintainerEdit{action: "maintainer.contact_set", private: true, edit: func(m *Maintainer) (Change, error) {
		clean := ""
		var err error
		if contact != "" {
			if clean, err = cleanEmail(contact); err != nil {
				return Change{}, AsError(err).field("contact")
			}
		}
		ch := Change{Field: "contact", Before: m.Contact, After: clean}
		m.Contact = clean
		return ch, err
	}}
}

// DeleteMaintainer ends a maintainer that has no organizations: Support only (MT1, MT10). Its memberships, visits and
// invitations end. Refused with stale, not_empty.
func (a *Actor) DeleteMaintainer(ctx context.Context, id MaintainerID, version uint64) error {
	return a.do(ctx, attempt{action: "maintainer.delete", subjects: []Ref{id.Ref()}}, func(c *change) error {
		if _, err := c.may(MaintainerDelete, id.Ref()); err != nil {
			return err
		}
		m, err := c.maintainer(id)
		if err != nil {
			return err
		}
		if err := c.unchanged(id.Ref(), m.Name, m.Version, version); err != nil {
			return err
		}
		n, err := c.Count(CountOrganizations, id.Ref())
		if err != nil {
			return err
		}
		if n > 0 {
			return refuse(ReasonNotEmpty, words{"unit": m.Name, "n": strconv.Itoa(n), "kind": plural(n, "organization")})
		}
		m.State = UnitDeleted
		m.Version++
		c.happened("maintainer.delete", id.Ref(), []Ref{id.Ref()}, "", Change{Field: "state", Before: string(UnitActive), After: string(UnitDeleted)})
		if err := c.Maintainers().Put(m); err != nil {
			return err
		}
		return c.vacate(id.Ref())
	})
}

// vacate ends everything that people have in a maintainer or organization that is gone: memberships, visits and
// invitations (DR12, I9).
func (c *change) vacate(unit Unit) error {
	if err := c.voidInvitations(unit); err != nil { // before those who sent them lose their right (I17)
		return err
	}
	memberships, err := all(c.Memberships(), Scan{Prefix: RefKey(unit)})
	if err != nil {
		return err
	}
	for _, m := range memberships {
		if !m.Visitor() {
			c.consequence(m.Account.Ref(), "membership", unit.String(), "")
		}
		if err := c.drop(m, c.me.ID, "the "+unit.Kind.String()+" was deleted"); err != nil {
			return err
		}
		if unit.Kind != KindMaintainer {
			continue
		}
		if _, err := c.datedAsStaff(m.Account); err != nil {
			return err
		}
	}
	return nil
}

// voidInvitations voids the pending invitations to a unit that is gone (I9). A lapsed one stays lapsed.
func (c *change) voidInvitations(unit Unit) error {
	open, err := all(c.Invitations(), Scan{Index: OpenOfUnit, Prefix: RefKey(unit)})
	if err != nil {
		return err
	}
	for _, i := range open {
		if i.State != InvitationPending {
			continue
		}
		if err := c.settleInvitation(i, InvitationVoid); err != nil {
			return err
		}
	}
	return nil
}
