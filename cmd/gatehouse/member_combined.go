package main

import (
	"context"
	"encoding/json"
	"strings"

	"gatehouse/core"
)

// memberRow is a row of the people of a unit, or of the combined list of all users of an organization's projects.
type memberRow struct {
	*core.MemberView
	*core.CombinedUser
}

// MarshalJSON writes the row of the list that was asked for.
func (r memberRow) MarshalJSON() ([]byte, error) {
	if r.CombinedUser != nil {
		return json.Marshal(r.CombinedUser)
	}
	return json.Marshal(r.MemberView)
}

// memberRows wraps the pages of one of the two lists.
func memberRows[T any](page core.Page[T], err error, row func(*T) memberRow) (core.Page[memberRow], error) {
	rows := core.Page[memberRow]{Total: page.Total, Next: page.Next}
	for _, v := range page.Items {
		rows.Items = append(rows.Items, row(&v))
	}
	return rows, err
}

func (r memberRow) person() *core.Person {
	if r.CombinedUser != nil {
		return &r.CombinedUser.Person
	}
	return &r.MemberView.Person
}

// of gives a cell of a member, or what stands there in the combined list.
func (r memberRow) of(member func(core.MemberView) string, combined func(core.CombinedUser) string) string {
	if r.CombinedUser != nil {
		return combined(*r.CombinedUser)
	}
	return member(*r.MemberView)
}

func combinedKind(u core.CombinedUser) string {
	switch {
	case u.External:
		return "user, external"
	case u.Visitor:
		return "visitor"
	}
	return "user"
}

// combinedProjects lists the projects of a person: "Churn model (guest), Nightly ETL (admin by ADMIN)".
func combinedProjects(u core.CombinedUser) string {
	parts := make([]string, 0, len(u.Projects)+1)
	for _, p := range u.Projects {
		parts = append(parts, p.Project.Name+" ("+p.Ways()+")")
	}
	if more := u.Total - len(u.Projects); more > 0 {
		parts = append(parts, "+"+number(more))
	}
	return strings.Join(parts, ", ")
}

// memberPages chooses the list that the flags ask for.
func (m *Main) memberPages(ctx context.Context, a *core.Actor, u core.Unit, all bool) fetcher[memberRow] {
	return func(q core.Query) (core.Page[memberRow], error) {
		if all {
			page, err := a.CombinedUsers(ctx, core.OrganizationID(u.ID), q)
			return memberRows(page, err, func(v *core.CombinedUser) memberRow { return memberRow{CombinedUser: v} })
		}
		page, err := a.Members(ctx, u, q)
		return memberRows(page, err, func(v *core.MemberView) memberRow { return memberRow{MemberView: v} })
	}
}
