package core

import "strconv"

// The bounds of what people write, in code points unless said otherwise. The rules, the checks of a dump, the forms and
// their helps read them here.
const (
	EmailMax    = 254
	NameMax     = 100 // of people, units, projects, buckets and links (section 2.1)
	ReasonMin   = 3   // F4
	ReasonMax   = 500
	NoteMax     = 500    // F5, descriptions too
	LongTextMax = 10_000 // F6
	MomentMax   = 40     // a moment, a date or a length as somebody types it

	KeyLabelMax        = 50
	RoleNameMax        = 50
	RoleDescriptionMax = 200
	SavedFilterNameMax = 50
	SavedFilterTextMax = 200
	TicketSubjectMin   = 3
	TicketSubjectMax   = 120
	PriceLabelMax      = 60
	UserLimitMax       = 10_000 // a number
	TargetsMax         = 200    // projects or people that one sharing names
)

// The bounds of the fields of billing (B4), in code points.
const (
	BillingLegalNameMax = 200
	BillingAddressMax   = 200
	BillingCityMax      = 100
	BillingPostalMax    = 20
	BillingTaxMax       = 40
	BillingOrderMax     = 60
	BillingPaymentMax   = 60
)

// Characters says the bounds of a text, for the help of a form: "1 to 100 characters", "up to 60 characters".
func Characters(least, most int) string {
	if least == 0 {
		return "up to " + strconv.Itoa(most) + " characters"
	}
	return strconv.Itoa(least) + " to " + strconv.Itoa(most) + " characters"
}
