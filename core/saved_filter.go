package core

// SavedFilter is a filter that a person keeps for a screen, under a name.
type SavedFilter struct {
	Account AccountID `json:"account" cbor:"1,keyasint"`
	Screen  string    `json:"screen" cbor:"2,keyasint"` // the kind of the page: "requests", "projects"
	Name    string    `json:"name" cbor:"3,keyasint"`   // 1–50
	Version uint64    `json:"version" cbor:"4,keyasint"`
	Filter  string    `json:"filter" cbor:"5,keyasint"`
	Sort    string    `json:"sort,omitempty" cbor:"6,keyasint,omitempty"`
	Desc    bool      `json:"desc,omitempty" cbor:"7,keyasint,omitempty"`
}

// SavedFilterKey is what a saved filter is found by.
type SavedFilterKey struct {
	Account AccountID
	Screen  string
	Name    string
}
