package core

import (
	"context"
	"strconv"
)

// RequireMFA requires MFA in an organization and all its projects, at once (S8–S11). Without force it needs every
// member and every user of its projects to have it: else members_without_mfa. With force the actor needs it: else
// mfa_setup_required; everybody locked out is told. Administrators only.
func (a *Actor) RequireMFA(ctx context.Context, id OrganizationID, version uint64, force bool) (Organization, error) {
	return a.editOrganization(ctx, id, version, settingRequireMFA(force))
}

func settingRequireMFA(force bool) organizationEdit {
	e := setting("settings.mfa_require", func(c *change, o *Organization) (Change, error) {
		ch := Change{Field: "mfa", Before: o.MFA.text(), After: string(MFARequired)}
		if o.MFA.State == MFARequired {
			return ch, nil
		}
		if force && !c.me.MFA() {
			return ch, refuse(ReasonMFASetupRequired, nil)
		}
		found, err := c.withoutMFA(*o)
		if err != nil {
			return ch, err
		}
		if len(found.rows) > 0 && !force {
			variant := ""
			if len(found.rows) == 1 {
				variant = variantOne
			}
			return ch, refuseAs(ReasonMembersWithoutMFA, variant, words{
				"n": strconv.Itoa(len(found.rows)), "people": people(found.names()),
			})
		}
		o.MFA = MFASetting{State: MFARequired}
		return ch, c.tellLockedOut(*o, found)
	})
	e.then = reviewAll
	return e
}

// text writes the setting for the log: "off", "required", "scheduled 2026-12-01T09:00:00Z".
func (s MFASetting) text() string {
	if s.State == MFAScheduled {
		return string(s.State) + " " + s.At.String()
	}
	return string(s.State)
}

// tellLockedOut tells everybody whom the setting locks out, and whom to turn to (S14, S15, ST5).
func (c *change) tellLockedOut(o Organization, found *lackingMFA) error {
	facts := NoticeFacts{Name: o.Name, Help: o.Maintainer}
	for _, row := range found.sorted() {
		c.tell(row.Person.ID, NoticeMFARequired, facts, o.ID.Ref())
	}
	return nil
}

// MFAOff stops requiring MFA, or drops the date from which it would be (S20, S28). Any administrator who is not locked
// out may. Who was told of the date is told that it was dropped.
func (a *Actor) MFAOff(ctx context.Context, id OrganizationID, version uint64) (Organization, error) {
	return a.editOrganization(ctx, id, version, settingMFAOff())
}

func settingMFAOff() organizationEdit {
	e := setting("settings.mfa_off", func(c *change, o *Organization) (Change, error) {
		ch := Change{Field: "mfa", Before: o.MFA.text(), After: string(MFAOff)}
		var err error
		if o.MFA.State == MFAScheduled {
			err = c.tellUnscheduled(*o, howDropped)
		}
		o.MFA = MFASetting{State: MFAOff}
		return ch, err
	})
	e.actionFor = func(before Organization) Action {
		if before.MFA.State == MFAScheduled {
			return "settings.mfa_unschedule"
		}
		return "settings.mfa_off"
	}
	e.then = reviewAll
	return e
}

// MFAImpact lists whom Require MFA locks out, and from which projects (S12, S13). Administrators only; each view stands
// in the log (S13, AU5).
func (a *Actor) MFAImpact(ctx context.Context, id OrganizationID) (MFAImpact, error) {
	var out MFAImpact
	try := attempt{action: "settings.mfa_list_view", subjects: []Ref{id.Ref()}, denied: true, reads: true}
	err := a.do(ctx, try, func(c *change) error {
		if _, err := c.may(OrganizationMFAList, id.Ref()); err != nil {
			return err
		}
		o, err := c.organization(id)
		if err != nil {
			return err
		}
		found, err := c.withoutMFA(o)
		if err != nil {
			return err
		}
		apart, err := c.apartWithoutMFA(o, found)
		if err != nil {
			return err
		}
		out = MFAImpact{People: found.sorted(), Apart: apart, Covered: len(found.accounts), Closed: found.closed}
		c.happened("settings.mfa_list_view", id.Ref(), []Ref{id.Ref()}, "")
		return nil
	})
	return out, err
}
