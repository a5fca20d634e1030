package core

// ProjectState is the life of a project (section 13).
type ProjectState string

// The project states.
const (
	ProjectActive  ProjectState = "active"
	ProjectDeleted ProjectState = "deleted"
	ProjectPurged  ProjectState = "purged"
)

// RoleSet is the set of project roles that a project uses (section 14).
type RoleSet string

// The role sets.
const (
	RoleSetStandard  RoleSet = "standard"
	RoleSetProtected RoleSet = "protected"
)

// Project is where the work is: the thing that people enter (H1, H5).
type Project struct {
	ID           ProjectID      `json:"id" cbor:"1,keyasint"`
	Version      uint64         `json:"version" cbor:"2,keyasint"`
	Organization OrganizationID `json:"organization" cbor:"3,keyasint"`
	// Maintainer is the maintainer of the organization, kept here so that lists can be read in its order.
	Maintainer MaintainerID `json:"maintainer" cbor:"4,keyasint"`
	Name       string       `json:"name" cbor:"5,keyasint"`
	Template   string       `json:"template" cbor:"6,keyasint"`
	RoleSet    RoleSet      `json:"role_set" cbor:"7,keyasint"`
	Expires    Moment       `json:"expires,omitzero" cbor:"8,keyasint,omitempty"`
	PriceLabel string       `json:"price_label,omitempty" cbor:"9,keyasint,omitempty"` // 0–60; empty shows as "none"
	UserLimit  int          `json:"user_limit" cbor:"10,keyasint"`                     // 1–10 000, soft (P16)
	State      ProjectState `json:"state" cbor:"11,keyasint"`
	Disabled   *Disabled    `json:"disabled,omitempty" cbor:"12,keyasint,omitempty"`
	Created    Moment       `json:"created,omitzero" cbor:"13,keyasint,omitempty"`
	// Deleted is when the project was deleted; it is purged 60 days later (DR1).
	Deleted   Moment    `json:"deleted,omitzero" cbor:"14,keyasint,omitempty"`
	DeletedBy AccountID `json:"deleted_by,omitempty" cbor:"15,keyasint,omitempty"` // zero: the system, by expiry
	Purged    Moment    `json:"purged,omitzero" cbor:"16,keyasint,omitempty"`
	// Noticed is set once the notice of the present expiry was sent (P12).
	Noticed bool `json:"noticed,omitempty" cbor:"17,keyasint,omitempty"`
	// Overdue is when the expiry was set to a moment that was past already (P11): the project cannot have ended earlier.
	Overdue Moment `json:"overdue,omitzero" cbor:"18,keyasint,omitempty"`
}

// expire gives the project another expiry, or none; a new notice is due (P12).
func (p *Project) expire(at, now Moment) {
	p.Expires, p.Noticed, p.Overdue = at, false, 0
	if at.Passed(now) {
		p.Overdue = now
	}
}

// Disabled says why Support closed a project for a while (P14).
type Disabled struct {
	Reason      string    `json:"reason" cbor:"1,keyasint"`
	ExpectedEnd Moment    `json:"expected_end,omitzero" cbor:"2,keyasint,omitempty"` // information only
	Since       Moment    `json:"since" cbor:"3,keyasint"`
	By          AccountID `json:"by" cbor:"4,keyasint"`
}

// Grace is how long a deleted project can be restored (DR1).
const Grace = 60 * Day

// PurgeAt is when a deleted project is purged; none for others.
func (p Project) PurgeAt() Moment {
	if p.State != ProjectDeleted {
		return 0
	}
	return p.Deleted.Add(Grace)
}

// expiryNoticeAt is 7 days before the expiry (P12), or none when that notice was sent or none is due.
func (p Project) expiryNoticeAt() Moment {
	if p.Expires == 0 || p.Noticed || p.State != ProjectActive {
		return 0
	}
	return p.Expires.Add(-7 * Day)
}
