package core

import (
	"cmp"
	"slices"
)

// HomeNeeds is what the acting account itself has to see to, besides deciding and answering.
type HomeNeeds struct {
	// Locked are units that the MFA lock keeps the actor out of (S17), the first of LockedTotal.
	Locked      []HomeLock `json:"locked,omitempty"`
	LockedTotal int        `json:"locked_total,omitempty"`
	// Scheduled are organizations that will require MFA, which the actor does not have (S28), soonest first.
	Scheduled []HomeMFADate `json:"mfa_dates,omitempty"`
	// Expires is when the own account expires, within 30 days; none otherwise (AC13). Renew says who renews it.
	Expires Moment `json:"account_expires,omitzero"`
	Renew   string `json:"renewed_by,omitempty"`
	// EnrolAgain says that MFA was on before the house was imported without secrets, and has to be enrolled again (X3).
	EnrolAgain bool `json:"enrol_again,omitempty"`
	// Stuck are requests in administered organizations that nobody can decide: the actor may join and decide (R20).
	Stuck []RequestView `json:"stuck,omitempty"`
	// ForSupport are requests that nobody can decide in organizations that nobody runs: Support hands them over (M19).
	ForSupport []RequestView `json:"for_support,omitempty"`
}

// HomeLock is a unit that is locked, with the way out: to turn MFA on, or to write to the maintainer (ST5).
type HomeLock struct {
	OwnUnit
	Next string `json:"next"`
}

// HomeMFADate is an organization that requires MFA from a date.
type HomeMFADate struct {
	Organization Named  `json:"organization"`
	From         Moment `json:"from"`
}

// homeExpires is how long before its expiry the own account shows on Home: the first notice of AC13.
const homeExpires = 30 * Day

func (h *homePage) needs() error {
	h.v.EnrolAgain = h.me.EnrolAgain != 0
	for _, part := range []func() error{h.locked, h.expires, h.stuck, h.forSupport} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// locked looks at the own memberships, of people without MFA only.
func (h *homePage) locked() error {
	if h.me.MFA() {
		return nil
	}
	dates := map[OrganizationID]HomeMFADate{}
	members, err := all(h.Memberships(), Scan{Index: MembershipsOfAccount, Prefix: Key{Num(h.me.ID)}, Limit: homeLooked})
	if err != nil {
		return err
	}
	for _, m := range members {
		f, err := h.factsOf(m.Unit)
		if err != nil {
			return err
		}
		if !f.Exists || !m.Running(h.now) {
			continue
		}
		if refusal := Access(useRights[m.Unit.Kind], f).Err; ReasonOf(asError(refusal)) == ReasonMFARequired {
			h.v.LockedTotal++
			if len(h.v.Locked) < HomeRows {
				u := OwnUnit{Unit: m.Unit, Name: f.UnitName, Role: m.Role, Roles: m.Roles, Since: m.Since, Until: m.Until, Visit: m.Visit, Locked: true}
				if m.Unit.Kind == KindProject {
					u.OrganizationName = f.OrganizationName
				}
				h.v.Locked = append(h.v.Locked, HomeLock{u, refusal.Next})
			}
		}
		if err := h.mfaDate(m.Unit, dates); err != nil {
			return err
		}
	}
	for _, d := range dates {
		h.v.Scheduled = append(h.v.Scheduled, d)
	}
	slices.SortFunc(h.v.Scheduled, func(a, b HomeMFADate) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Organization.ID, b.Organization.ID))
	})
	return nil
}

// asError keeps a nil refusal nil as an error.
func asError(e *Error) error {
	if e == nil {
		return nil
	}
	return e
}

// mfaDate notes the date at which the organization of a unit will require MFA.
func (h *homePage) mfaDate(unit Unit, dates map[OrganizationID]HomeMFADate) error {
	id := OrganizationID(unit.ID)
	switch unit.Kind {
	case KindProject:
		p, err := h.projectOf(ProjectID(unit.ID))
		if err != nil {
			return err
		}
		id = p.Organization
	case KindOrganization:
	default:
		return nil
	}
	o, err := h.organizationOf(id)
	if err == nil && o.State == UnitActive && o.MFA.State == MFAScheduled {
		dates[id] = HomeMFADate{Named{uint64(id), o.Name}, o.MFA.At}
	}
	return err
}

func (h *homePage) expires() error {
	if h.me.Expires == 0 || h.me.Expires > h.now.Add(homeExpires) {
		return nil
	}
	own, err := h.maintainersOf(h.me.ID)
	f := Facts{Account: h.me}
	if len(own) > 0 {
		f.MaintainerStanding = Ordinary
	}
	h.v.Expires, h.v.Renew = h.me.Expires, f.mayRenew()
	return err
}

// stuck finds requests that nobody can decide in the organizations that the actor administers.
func (h *homePage) stuck() error {
	for _, o := range h.s.own[:min(len(h.s.own), homeUnits)] {
		if h.s.member[o.ID] != Ordinary || !h.s.administered[o.ID] {
			continue
		}
		s := Scan{Index: PendingOfOrganization, Prefix: Key{Num(o.ID)}, Limit: homeLooked}
		err := each(h.Requests(), s, func(q Request) (bool, error) {
			if !q.Undecidable || !q.Pending(h.now) {
				return true, nil
			}
			decide, err := h.permitted(ProjectDecide, q.Project.Ref())
			if err != nil || decide {
				return true, err
			}
			join, err := h.permitted(ProjectJoin, q.Project.Ref())
			if err != nil || !join {
				return true, err
			}
			row, err := h.requestRow(q)
			h.v.Stuck = append(h.v.Stuck, row)
			return len(h.v.Stuck) <= HomeRows, err
		})
		if err != nil || len(h.v.Stuck) > HomeRows {
			return err
		}
	}
	return nil
}

// forSupport finds the requests that wait until Support hands their organization over (M19).
func (h *homePage) forSupport() error {
	if !h.me.Support {
		return nil
	}
	return each(h.Requests(), Scan{Index: RequestsForSupport, Limit: homeLooked}, func(q Request) (bool, error) {
		ok, err := h.permitted(OrganizationHandOver, q.Organization.Ref())
		if err != nil || !ok || !q.Pending(h.now) {
			return true, err
		}
		row, err := h.requestRow(q)
		h.v.ForSupport = append(h.v.ForSupport, row)
		return len(h.v.ForSupport) <= HomeRows, err
	})
}
