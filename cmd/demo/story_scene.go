package demo

import (
	"context"
	"errors"
	"slices"

	"gatehouse/core"
)

// Story is where the story of the small house takes place, for a walkthrough.
type Story struct {
	Admin, Engineer, User Part // Ana, Sam and Pia
	// LockedOut uses the project and has no MFA.
	LockedOut    core.Person
	Organization core.Named
	Project      core.Named
}

// ErrNoStory says that a house has no such story: the large one.
var ErrNoStory = errors.New("the house has no story")

// StoryOf finds the story in a demo house that stands at its beginning.
func StoryOf(ctx context.Context, house *core.House, cast Cast) (Story, error) {
	var s Story
	for _, part := range []struct {
		email string
		to    *Part
	}{{Ana, &s.Admin}, {Sam, &s.Engineer}, {Pia, &s.User}} {
		i := slices.IndexFunc(cast, func(p Part) bool { return p.Email == part.email })
		if i < 0 {
			return s, ErrNoStory
		}
		*part.to = cast[i]
	}
	ana := house.As(s.Admin.ID)
	organizations, err := ana.Organizations(ctx, core.OrganizationQuery{})
	if err != nil {
		return s, err
	}
	for _, o := range organizations.Items {
		if o.Name == "Acme" {
			s.Organization = core.Named{ID: uint64(o.ID), Name: o.Name}
		}
	}
	projects, err := ana.Projects(ctx, core.ProjectQuery{Query: core.Query{Limit: 100}})
	if err != nil {
		return s, err
	}
	for _, p := range projects.Items {
		if p.Name == "Nightly ETL" {
			s.Project = core.Named{ID: uint64(p.ID), Name: p.Name}
		}
	}
	if s.Organization.ID == 0 || s.Project.ID == 0 {
		return s, ErrNoStory
	}
	users, err := ana.Members(ctx, core.ProjectID(s.Project.ID).Ref(), core.Query{Limit: 100})
	if err != nil {
		return s, err
	}
	for _, u := range users.Items {
		if u.Person.MFA != nil && !*u.Person.MFA {
			s.LockedOut = u.Person
			return s, nil
		}
	}
	return s, ErrNoStory
}
