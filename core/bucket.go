package core

// SharingType says who may list and link a shared bucket (SB4).
type SharingType string

// The sharing types.
const (
	ShareProjectMembers      SharingType = "project_members"
	ShareOrganizationMembers SharingType = "organization_members"
	ShareSelectedProjects    SharingType = "selected_projects"
	ShareSelectedUsers       SharingType = "selected_users"
)

// Sharing is how a bucket is offered to other projects of its organization (SB1, SB4).
type Sharing struct {
	Type     SharingType `json:"type" cbor:"1,keyasint"`
	Projects []ProjectID `json:"projects,omitempty" cbor:"2,keyasint,omitempty"` // selected_projects
	Users    []AccountID `json:"users,omitempty" cbor:"3,keyasint,omitempty"`    // selected_users
	By       AccountID   `json:"by" cbor:"4,keyasint"`
	At       Moment      `json:"at" cbor:"5,keyasint"`
}

// Bucket is a named store of content in a project.
type Bucket struct {
	ID           BucketID       `json:"id" cbor:"1,keyasint"`
	Version      uint64         `json:"version" cbor:"2,keyasint"`
	Project      ProjectID      `json:"project" cbor:"3,keyasint"`
	Organization OrganizationID `json:"organization" cbor:"4,keyasint"`
	Name         string         `json:"name" cbor:"5,keyasint"`                            // F2, unique among buckets and links of the project
	Description  string         `json:"description,omitempty" cbor:"6,keyasint,omitempty"` // F5
	Owner        AccountID      `json:"owner" cbor:"7,keyasint"`
	Share        *Sharing       `json:"share,omitempty" cbor:"8,keyasint,omitempty"` // nil: not shared
	Created      Moment         `json:"created" cbor:"9,keyasint"`
}

// Link is a read-only reference to a shared bucket in a project (SB1).
type Link struct {
	ID           LinkID         `json:"id" cbor:"1,keyasint"`
	Version      uint64         `json:"version" cbor:"2,keyasint"`
	Project      ProjectID      `json:"project" cbor:"3,keyasint"`
	Organization OrganizationID `json:"organization" cbor:"4,keyasint"`
	Bucket       BucketID       `json:"bucket" cbor:"5,keyasint"`
	Name         string         `json:"name" cbor:"6,keyasint"`
	By           AccountID      `json:"by" cbor:"7,keyasint"`
	At           Moment         `json:"at" cbor:"8,keyasint"`
}
