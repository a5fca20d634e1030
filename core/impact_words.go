package core

import (
	"slices"
	"strconv"
	"strings"
)

// This file says impacts in sentences, one line each: what cards show and what destructive verbs print before they ask.

// counted writes "1 user", "3 users", "2 people".
func counted(n int, noun string) string {
	if noun == "person" && n != 1 {
		return strconv.Itoa(n) + " people"
	}
	return strconv.Itoa(n) + " " + plural(n, noun)
}

// some lists what there is at least one of: "2 users, 1 visitor". Nothing gives an empty text.
func some(parts ...string) string {
	kept := parts[:0]
	for _, p := range parts {
		if !strings.HasPrefix(p, "0 ") {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, ", ")
}

// Lines says what deleting the role does.
func (i RoleImpact) Lines() []string {
	taken := some(counted(i.Members, "member"), counted(i.Invitations, "open invitation"), counted(i.Grants, "grant"))
	if taken == "" {
		return []string{"Nobody holds it, and it opens nothing."}
	}
	lines := []string{"It is taken from " + taken + "."}
	if i.Members > 0 {
		lines = append(lines, "Held by "+peopleOf(i.People, i.Members)+".")
	}
	if i.Members > peopleNamed {
		lines = append(lines, "The filter role:="+i.Role.ID+" of the members shows all of them.")
	}
	for _, g := range i.Projects {
		lines = append(lines, "Opens "+g.Project.Name+" at level "+string(g.Level)+".")
	}
	if more := i.Grants - len(i.Projects); more > 0 {
		lines = append(lines, "Opens "+strconv.Itoa(more)+" more.")
	}
	switch {
	case i.Losing > 0:
		lines = append(lines, counted(i.Losing, "person")+lose(i.Losing)+" the last way into a project, at once:")
		for _, l := range i.Lost {
			lines = append(lines, "  "+l.Person.Label()+"   "+l.Project.Name+" ("+string(l.Level)+")")
		}
		if more := i.Ways - len(i.Lost); more > 0 {
			lines = append(lines, "  and "+strconv.Itoa(more)+" more")
		}
	case i.Grants > 0:
		lines = append(lines, "Nobody loses the last way into a project.")
	}
	lines = append(lines, revokedLines(i.Revoked)...)
	return append(lines, "There is no way back.")
}

func lose(n int) string {
	if n == 1 {
		return " loses"
	}
	return " lose"
}

// peopleOf names the first of n people.
func peopleOf(first []Person, n int) string {
	names := make([]string, n)
	for i := range min(len(first), n) {
		names[i] = first[i].Label()
	}
	return people(names)
}

// Lines says what removing the person takes, and what stays. ended are the projects of Direct whose memberships end with
// that of the organization (OR11).
func (i RemovalImpact) Lines(ended ...ProjectID) []string {
	who := i.Person.Label()
	if i.Visitor {
		return []string{"The visit of " + who + " is revoked at once."}
	}
	var lines []string
	if i.Stays != "" {
		lines = append(lines, who+" stays inside as "+string(i.Stays)+", by an organization role.")
	} else {
		lines = append(lines, who+" loses access at once; what they have made stays.")
	}
	if i.Admin {
		lines = append(lines, who+" is an administrator and can no longer open every project.")
	}
	if len(i.RoleAccess) > 0 {
		lines = append(lines, "Closed with the roles: "+projectsOf(i.RoleAccess)+".")
	}
	var ends, stays []ProjectUse
	for _, d := range i.Direct {
		if slices.Contains(ended, ProjectID(d.Project.ID)) {
			ends = append(ends, d.ProjectUse)
		} else {
			stays = append(stays, d.ProjectUse)
		}
	}
	if len(ends) > 0 {
		lines = append(lines, "Ends with it the membership in: "+projectsOf(ends)+".")
	}
	if len(stays) > 0 {
		lines = append(lines, "Stays a user, marked external, of: "+projectsOf(stays)+".")
	}
	if i.LastFull {
		lines = append(lines, who+" is the last user with a full role; administrators can still manage the project.")
	}
	if n := len(i.Undecidable); n > 0 {
		lines = append(lines, "Nobody could decide "+counted(n, "waiting request")+" any more; administrators are told to join and decide.")
	}
	return append(lines, i.RevokedLines(ended...)...)
}

// projectsOf names projects with the level in each, the first twenty of them.
func projectsOf(uses []ProjectUse) string {
	names := make([]string, 0, len(uses))
	for _, u := range uses[:min(len(uses), impactNamed)] {
		names = append(names, u.Project.Name+" ("+string(u.Level)+")")
	}
	if more := len(uses) - len(names); more > 0 {
		names = append(names, "and "+strconv.Itoa(more)+" more")
	}
	return strings.Join(names, ", ")
}

// Lines says what deleting the project does (DR1, DR7, DR14).
func (i ProjectImpact) Lines() []string {
	lines := []string{"Take your data out first."}
	if out := some(counted(i.Users, "user"), counted(i.Visits, "visitor"), counted(i.Grants, "role grant")); out != "" {
		lines = append(lines, "Closed to "+out+", at once.")
	} else {
		lines = append(lines, "Nobody is in it.")
	}
	if void := some(counted(i.Requests, "waiting request"), counted(i.Invitations, "invitation")); void != "" {
		lines = append(lines, "Void, also after a restore: "+void+".")
	}
	if kept := some(counted(i.Buckets, "bucket"), counted(i.Links, "link"), counted(i.Tickets, "open ticket")); kept != "" {
		lines = append(lines, "Kept with it until the purge: "+kept+".")
	}
	if i.Shared > 0 {
		lines = append(lines, "Other projects read its buckets through "+counted(i.Shared, "link")+".")
	}
	return append(lines, "Support can restore it for 60 days, until "+day(i.Until)+"; then it is purged.")
}

// RemovalLines says what removing the project for good does, or why it cannot be done yet (OR12).
func (i ProjectImpact) RemovalLines() []string {
	if i.Refused != nil {
		return []string{i.Refused.Message, i.Refused.Next}
	}
	var lines []string
	if void := some(counted(i.Requests, "waiting request"), counted(i.Invitations, "invitation")); void != "" {
		lines = append(lines, "Void: "+void+".")
	}
	if i.Tickets > 0 {
		lines = append(lines, "Closed: "+counted(i.Tickets, "open ticket")+".")
	}
	return append(lines, "It is gone at once, for good. There is no restore.")
}

// Lines says what moving the project does (H13), or why it cannot be done yet.
func (i MoveImpact) Lines() []string {
	if i.Refused != nil {
		return []string{i.Refused.Message, i.Refused.Next}
	}
	lines := []string{"From " + i.From.Name + " to " + i.To.Name + "."}
	if stay := some(counted(i.Users, "user"), counted(i.Requests, "waiting request"), counted(i.Invitations, "invitation"), counted(i.Tickets, "open ticket")); stay != "" {
		lines = append(lines, "Goes along: "+stay+", template and expiry.")
	}
	for _, g := range i.Grants {
		lines = append(lines, "Ends: the grant of "+g.RoleID+" at level "+string(g.Level)+"; roles belong to "+i.From.Name+".")
	}
	if i.RoleUsers > 0 {
		lines = append(lines, counted(i.RoleUsers, "person")+lose(i.RoleUsers)+" access with the grants.")
	}
	for _, v := range i.Visits {
		lines = append(lines, "Ends: the visit of "+v.Who.Label()+", who is no staff for "+i.To.Name+".")
	}
	if i.Locked > 0 {
		lines = append(lines, i.To.Name+" requires MFA: "+counted(i.Locked, "user")+" without it will be locked out.")
	}
	lines = append(lines, revokedLines(i.Revoked)...)
	return append(lines, "Administrators of "+i.From.Name+" lose their rights in it, those of "+i.To.Name+" get them.")
}

// Lines says what giving the organization to another maintainer does (H15).
func (i OrganizationMoveImpact) Lines() []string {
	lines := []string{"From " + i.From.Name + " to " + i.To.Name + ", with " + counted(i.Projects, "project") + "."}
	if i.Tickets > 0 {
		lines = append(lines, strconv.Itoa(i.Tickets)+" open tickets go to "+i.To.Name+".")
		if i.Tickets == 1 {
			lines[len(lines)-1] = "1 open ticket goes to " + i.To.Name + "."
		}
	}
	for _, v := range i.Visits {
		lines = append(lines, "Ends: the visit of "+v.Who.Label()+" to "+v.UnitName+".")
	}
	if more := i.Ending - len(i.Visits); more > 0 {
		lines = append(lines, "Ends: "+strconv.Itoa(more)+" more visits.")
	}
	return append(lines, "Members of "+i.From.Name+" are no staff for it any more, those of "+i.To.Name+" are.")
}
