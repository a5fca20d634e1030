package core

// Billing is what an organization is billed by; every field is optional (B2–B4).
type Billing struct {
	Organization   OrganizationID `json:"organization" cbor:"1,keyasint"`
	Version        uint64         `json:"version" cbor:"2,keyasint"`
	LegalName      string         `json:"legal_name,omitempty" cbor:"3,keyasint,omitempty"`       // 200
	Address1       string         `json:"address1,omitempty" cbor:"4,keyasint,omitempty"`         // 200
	Address2       string         `json:"address2,omitempty" cbor:"5,keyasint,omitempty"`         // 200
	City           string         `json:"city,omitempty" cbor:"6,keyasint,omitempty"`             // 100
	PostalCode     string         `json:"postal_code,omitempty" cbor:"7,keyasint,omitempty"`      // 20
	Country        string         `json:"country,omitempty" cbor:"8,keyasint,omitempty"`          // ISO 3166, two letters
	TaxID          string         `json:"tax_id,omitempty" cbor:"9,keyasint,omitempty"`           // 40
	Email          string         `json:"email,omitempty" cbor:"10,keyasint,omitempty"`           // F3
	OrderReference string         `json:"order_reference,omitempty" cbor:"11,keyasint,omitempty"` // 60
	Contact        AccountID      `json:"contact,omitempty" cbor:"12,keyasint,omitempty"`         // a member of the organization
	PaymentLabel   string         `json:"payment_label,omitempty" cbor:"13,keyasint,omitempty"`   // 60
}
