package core

import (
	"context"
	"strconv"
)

// setting is the edit of a setting: administrators only, and every denied attempt stands in the log (S2, AU8).
func setting(action Action, edit func(*change, *Organization) (Change, error)) organizationEdit {
	return organizationEdit{right: OrganizationSettings, action: action, denied: true, edit: edit}
}

// SetAutoJoin says whether staff join at once, with a reason and an end, or need the approval of a project user (S1,
// S3). Turning it on settles no pending request (S5); turning it off leaves running visits until their end (S6), see
// AutoJoinImpact. Administrators only: org_members_only for staff.
func (a *Actor) SetAutoJoin(ctx context.Context, id OrganizationID, version uint64, on bool) (Organization, error) {
	return a.editOrganization(ctx, id, version, settingAutoJoin(on))
}

func settingAutoJoin(on bool) organizationEdit {
	return setting("settings.auto_join", func(_ *change, o *Organization) (Change, error) {
		ch := Change{Field: "auto_join", Before: onOff(o.AutoJoin), After: onOff(on)}
		o.AutoJoin = on
		return ch, nil
	})
}

// SetDeciders says which users of a project decide its requests (R5). It is read when a request is decided (S27), so
// pending requests that lose their last decider are announced (R20). Refused with invalid_value.
func (a *Actor) SetDeciders(ctx context.Context, id OrganizationID, version uint64, d Deciders) (Organization, error) {
	return a.editOrganization(ctx, id, version, settingDeciders(d))
}

func settingDeciders(d Deciders) organizationEdit {
	e := setting("settings.deciders", func(_ *change, o *Organization) (Change, error) {
		if d != DecidersAnyUser && d != DecidersFullRole {
			return Change{}, invalidValue("deciders", string(DecidersAnyUser)+" or "+string(DecidersFullRole))
		}
		ch := Change{Field: "deciders", Before: string(o.Deciders), After: string(d)}
		o.Deciders = d
		return ch, nil
	})
	e.then = reviewAll
	return e
}

// reviewAll looks anew at who may decide in all projects of an organization (R20).
func reviewAll(c *change, o Organization) error { return c.reviewDecidersIn(o.ID) }

// SetPendingTime says how long requests wait before they lapse, in whole hours from 1 to 336. It is read when a
// request is filed (S27). Refused with invalid_value.
func (a *Actor) SetPendingTime(ctx context.Context, id OrganizationID, version uint64, hours int) (Organization, error) {
	return a.editOrganization(ctx, id, version, settingPendingTime(hours))
}

func settingPendingTime(hours int) organizationEdit {
	return setting("settings.pending_time", func(_ *change, o *Organization) (Change, error) {
		if err := checkPendingHours("pending time", hours); err != nil {
			return Change{}, err
		}
		ch := Change{Field: "pending_hours", Before: strconv.Itoa(o.PendingHours), After: strconv.Itoa(hours)}
		o.PendingHours = hours
		return ch, nil
	})
}

// SetNewMembers says which roles members get when none are named (OR9, OR13). Refused with invalid_value.
func (a *Actor) SetNewMembers(ctx context.Context, id OrganizationID, version uint64, n NewMembers) (Organization, error) {
	return a.editOrganization(ctx, id, version, settingNewMembers(n))
}

func settingNewMembers(n NewMembers) organizationEdit {
	return setting("settings.new_members", func(_ *change, o *Organization) (Change, error) {
		if n != NewMembersAdmin && n != NewMembersDefault {
			return Change{}, invalidValue("new members get", string(NewMembersAdmin)+" or "+string(NewMembersDefault))
		}
		ch := Change{Field: "new_members", Before: string(o.NewMembers), After: string(n)}
		o.NewMembers = n
		return ch, nil
	})
}

// autoJoinShown is how many running visits AutoJoinImpact names.
const autoJoinShown = 50

// AutoJoinImpact tells which running visits to the organization and its projects would stay until their end when Auto
// Join is turned off (S6): the first of them, and how many there are. For everybody who may see the organization's
// members.
func (a *Actor) AutoJoinImpact(ctx context.Context, id OrganizationID) (AutoJoinImpact, error) {
	out := AutoJoinImpact{Visits: []VisitView{}}
	err := a.read(ctx, func(r *reading) error {
		if _, err := r.may(OrganizationSeeMembers, id.Ref()); err != nil {
			return err
		}
		d := r.directory()
		return each(r.Visits(), Scan{Index: ActiveVisitsOfOrganization, Prefix: Key{Num(id)}}, func(v Visit) (bool, error) {
			if v.Ends.Passed(r.now) {
				return true, nil
			}
			out.Total++
			if len(out.Visits) == autoJoinShown {
				return true, nil
			}
			view, err := d.visitRow(v)
			out.Visits = append(out.Visits, view)
			return true, err
		})
	})
	return out, err
}
