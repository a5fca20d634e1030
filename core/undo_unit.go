package core

// This file undoes changes of units: names, contact, settings. The edits are those of the use cases; each refuses with
// undo_stale where its field is no longer as the action has left it, behind the check of the right (A9).

func (c *change) undoMaintainer(before, after Maintainer) error {
	edit := maintainerContact(before.Contact)
	same := func(m Maintainer) bool { return m.Contact == after.Contact }
	if before.Name != after.Name {
		edit = renameMaintainer(before.Name)
		same = func(m Maintainer) bool { return m.Name == after.Name }
	}
	put := edit.edit
	edit.edit = func(m *Maintainer) (Change, error) {
		if !same(*m) {
			return Change{}, c.undoStale(m.ID.Ref())
		}
		return put(m)
	}
	_, err := c.editMaintainer(before.ID, 0, edit)
	return err
}

func (c *change) undoOrganization(before, after Organization) error {
	edit, same := organizationUndo(before, after)
	put := edit.edit
	edit.edit = func(c *change, o *Organization) (Change, error) {
		if !same(*o) {
			return Change{}, c.undoStale(o.ID.Ref())
		}
		return put(c, o)
	}
	_, err := c.editOrganization(before.ID, 0, edit)
	return err
}

// organizationUndo finds the field that was changed: the edit that puts it back, and whether it is still as it was left.
func organizationUndo(before, after Organization) (organizationEdit, func(Organization) bool) {
	switch {
	case before.Name != after.Name:
		return renameOrganization(before.Name), func(o Organization) bool { return o.Name == after.Name }
	case before.AutoJoin != after.AutoJoin:
		return settingAutoJoin(before.AutoJoin), func(o Organization) bool { return o.AutoJoin == after.AutoJoin }
	case before.Deciders != after.Deciders:
		return settingDeciders(before.Deciders), func(o Organization) bool { return o.Deciders == after.Deciders }
	case before.PendingHours != after.PendingHours:
		return settingPendingTime(before.PendingHours), func(o Organization) bool { return o.PendingHours == after.PendingHours }
	case before.NewMembers != after.NewMembers:
		return settingNewMembers(before.NewMembers), func(o Organization) bool { return o.NewMembers == after.NewMembers }
	}
	same := func(o Organization) bool { return o.MFA.text() == after.MFA.text() }
	switch before.MFA.State {
	case MFARequired:
		return settingRequireMFA(false), same // S10 holds: the list is not shown here, so nobody may be locked out
	case MFAScheduled:
		return settingMFADate(before.MFA.At, true), same
	case MFAOff:
	}
	return settingMFAOff(), same
}

func (c *change) undoProjectName(before, after Project) error {
	_, err := c.changeProject(before.ID, 0, ProjectRename, func(c *change, p *Project) error {
		if p.Name != after.Name {
			return c.undoStale(p.ID.Ref())
		}
		return renameProject(before.Name)(c, p)
	})
	return err
}
