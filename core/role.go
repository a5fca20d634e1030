package core

// Role is a project role (section 14).
type Role string

// The project roles of the standard and of the protected set.
const (
	RoleShare             Role = "share"
	RoleProjectAdmin      Role = "admin"
	RoleGuest             Role = "guest"
	RoleReadOnly          Role = "readOnly"
	RoleProductionManager Role = "productionManager"
	RoleDeveloper         Role = "developer"
	RoleReviewer          Role = "reviewer"
)

// The built-in organization roles (OR2).
const (
	RoleDefault = "DEFAULT"
	RoleAdmin   = "ADMIN"
)

// OrganizationRole is a role of an organization (OR3).
type OrganizationRole struct {
	Organization OrganizationID `json:"organization" cbor:"1,keyasint"`
	ID           string         `json:"id" cbor:"2,keyasint"` // in capitals: DEV_TEAM
	Version      uint64         `json:"version" cbor:"3,keyasint"`
	Name         string         `json:"name" cbor:"4,keyasint"`
	Description  string         `json:"description" cbor:"5,keyasint"`
	BuiltIn      bool           `json:"built_in,omitempty" cbor:"6,keyasint,omitempty"`
}

// OrganizationRoleKey is what a role is found by.
type OrganizationRoleKey struct {
	Organization OrganizationID
	ID           string
}

// Grant opens a project to the holders of an organization role at a level (OR4).
type Grant struct {
	Project      ProjectID      `json:"project" cbor:"1,keyasint"`
	Organization OrganizationID `json:"organization" cbor:"2,keyasint"`
	RoleID       string         `json:"role" cbor:"3,keyasint"`
	Level        Role           `json:"level" cbor:"4,keyasint"`
	Version      uint64         `json:"version" cbor:"5,keyasint"`
}

// GrantKey is the unique triple of a grant.
type GrantKey struct {
	Project ProjectID
	RoleID  string
	Level   Role
}

// roleLevels lists each set from the highest level to the lowest (RO1).
var roleLevels = map[RoleSet][]Role{
	RoleSetStandard:  {RoleShare, RoleProjectAdmin, RoleGuest, RoleReadOnly},
	RoleSetProtected: {RoleProductionManager, RoleDeveloper, RoleReviewer, RoleReadOnly},
}

// Roles lists the roles of the set, highest first (RO1).
func (s RoleSet) Roles() []Role { return append([]Role(nil), roleLevels[s]...) }

// Has reports whether r is a role of the set (RO8).
func (s RoleSet) Has(r Role) bool { return s.level(r) >= 0 }

func (s RoleSet) level(r Role) int {
	for i, l := range roleLevels[s] {
		if l == r {
			return i
		}
	}
	return -1
}

// Higher gives the higher of two roles of the set; an empty role is the lowest (OR5).
func (s RoleSet) Higher(a, b Role) Role {
	la, lb := s.level(a), s.level(b)
	if la < 0 || (lb >= 0 && lb < la) {
		return b
	}
	return a
}

// Default is the role of invite and add when none is named (RO6), and of joining and approval (A7).
// A creator gets Creator instead.
func (s RoleSet) Default() Role {
	if s == RoleSetProtected {
		return RoleDeveloper
	}
	return RoleProjectAdmin
}

// Creator is the role of whoever creates the project (H6).
func (s RoleSet) Creator() Role {
	if s == RoleSetProtected {
		return RoleProductionManager
	}
	return RoleProjectAdmin
}

// Full reports whether the role is a full role (section 1).
func (r Role) Full() bool {
	return r == RoleShare || r == RoleProjectAdmin || r == RoleProductionManager
}
