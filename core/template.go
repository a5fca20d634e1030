package core

import "time"

// Template is what a project is made from (P3). Templates are shipped and not edited; lifetime, price label and user
// limit are copied at creation (P5).
type Template struct {
	ID          string        `json:"id"`
	Name        string        `json:"name"`
	Description string        `json:"description"`
	Lifetime    time.Duration `json:"-"`                     // zero: never expires; see Days
	PriceLabel  string        `json:"price_label,omitempty"` // empty shows as "none"
	UserLimit   int           `json:"user_limit"`            // soft (P16)
	RoleSet     RoleSet       `json:"role_set"`
	Hidden      bool          `json:"hidden,omitempty"` // exists for Support only (P7)
}

// Days is the lifetime in days; zero: never expires.
func (t Template) Days() int { return int(t.Lifetime / Day) }

// templateDefault is used where none is named (P2).
const templateDefault = "production"

// byContract is the price label of the production templates.
const byContract = "by contract"

// shipped is the table of P4, in its order. Hidden ones are for Support only (P7).
var shipped = []Template{
	{ID: templateDefault, Name: "Production", Description: "Production project, stays until deleted", PriceLabel: byContract, UserLimit: 10, RoleSet: RoleSetStandard},
	{ID: "demo", Name: "Demo", Description: "A quick look", Lifetime: 2 * Day, UserLimit: 3, RoleSet: RoleSetStandard},
	{ID: "poc15", Name: "Proof of concept, 15 days", Description: "Proof of concept, 15 days", Lifetime: 15 * Day, UserLimit: 5, RoleSet: RoleSetStandard},
	{ID: "poc30", Name: "Proof of concept, 30 days", Description: "Proof of concept, 30 days", Lifetime: 30 * Day, UserLimit: 5, RoleSet: RoleSetStandard},
	{ID: "poc6months", Name: "Proof of concept, 6 months", Description: "Proof of concept, 6 months", Lifetime: 183 * Day, PriceLabel: "fixed fee", UserLimit: 5, RoleSet: RoleSetStandard},
	{ID: "poc15-guided", Name: "Guided proof of concept", Description: "Guided proof of concept, 15 days", Lifetime: 15 * Day, UserLimit: 5, RoleSet: RoleSetStandard, Hidden: true},
	{ID: "protected", Name: "Protected", Description: "Production with governed roles", PriceLabel: byContract, UserLimit: 10, RoleSet: RoleSetProtected},
}
