package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"golang.org/x/text/unicode/norm"

	"gatehouse/core"
	gate "gatehouse/tui/text"
)

// A unit is named by its number, or by its exact name where that is unique among what the actor sees.

// named is a unit found by its name, with a few words that tell it from others of the same name.
type named struct {
	id     uint64
	detail string
}

// candidates is how many units of one name an error lists.
const candidates = 5

// findUnit gives the number that arg means. list gives the units that the actor sees, narrowed by a filter.
func findUnit[T any](kind core.Kind, arg string, list fetcher[T], name func(T) (string, named)) (uint64, error) {
	if n, err := strconv.ParseUint(arg, 10, 64); err == nil && n > 0 {
		return n, nil
	}
	want := norm.NFC.String(strings.TrimSpace(arg))
	if want == "" {
		return 0, invalidValue("The "+kind.String(), "a number or a name")
	}
	found, err := findNamed(want, list, name)
	if err != nil {
		return 0, err
	}
	switch len(found) {
	case 0:
		return 0, &core.Error{
			Code: core.CodeNotFound, Reason: core.ReasonNotFound,
			Message: fmt.Sprintf("There is no %s %q that you may see.", kind, want), Next: "Check the name, or use the number.",
		}
	case 1:
		return found[0].id, nil
	}
	return 0, ambiguous(want, found)
}

// findNamed gives all units of a name, or, where there is none, all whose name is printed so.
func findNamed[T any](want string, list fetcher[T], name func(T) (string, named)) (found []named, err error) {
	q := core.Query{Filter: exactly(want), Limit: 500}
	var printed []named
	for {
		p, err := list(q)
		if err != nil {
			return nil, err
		}
		for _, item := range p.Items {
			n, hit := name(item)
			same := func(f named) bool { return f.id == hit.id }
			switch {
			case n == want && !slices.ContainsFunc(found, same):
				found = append(found, hit)
			case n != want && printedAs(n, want) && !slices.ContainsFunc(printed, same):
				printed = append(printed, hit)
			}
		}
		if p.Next == "" || p.Next == q.After {
			break
		}
		q.After = p.Next
	}
	if len(found) == 0 {
		found = printed
	}
	return found, nil
}

func ambiguous(want string, found []named) *core.Error {
	var lines []string
	for i, f := range found {
		if i == candidates {
			lines = append(lines, fmt.Sprintf("+%d", len(found)-i))
			break
		}
		lines = append(lines, fmt.Sprintf("%d %s (%s)", f.id, want, f.detail))
	}
	return &core.Error{
		Code: core.CodeConflict, Reason: core.ReasonAmbiguous,
		Message: fmt.Sprintf("%q fits several: %s.", want, strings.Join(lines, ", ")), Next: "Use the number.",
	}
}

// printedAs reports whether a name is shown as text, on a terminal or elsewhere: what is printed is accepted.
func printedAs(name, text string) bool {
	return core.Visible(name) == text || gate.Clean(name) == text
}

// exactly makes a filter that keeps every row which has the words of name as they stand. Words that a gate may have
// changed are left out.
func exactly(name string) string {
	var words []string
	for _, w := range strings.Fields(name) {
		if !strings.ContainsFunc(w, func(r rune) bool { return r >= 0x80 && !unicode.In(r, unicode.L, unicode.M, unicode.Nd) }) {
			words = append(words, "="+w)
		}
	}
	return strings.Join(words, " ")
}

func (m *Main) maintainerID(ctx context.Context, a *core.Actor, arg string) (core.MaintainerID, error) {
	id, err := findUnit(core.KindMaintainer, arg,
		func(q core.Query) (core.Page[core.MaintainerView], error) { return a.Maintainers(ctx, q) },
		func(v core.MaintainerView) (string, named) {
			return v.Name, named{uint64(v.ID), plural(v.Organizations, "organization")}
		})
	return core.MaintainerID(id), err
}

func (m *Main) organizationID(ctx context.Context, a *core.Actor, arg string) (core.OrganizationID, error) {
	id, err := findUnit(core.KindOrganization, arg,
		func(q core.Query) (core.Page[core.OrganizationView], error) {
			return a.Organizations(ctx, core.OrganizationQuery{Query: q, All: true})
		},
		func(v core.OrganizationView) (string, named) {
			return v.Name, named{uint64(v.ID), "of " + v.Maintainer.Name}
		})
	return core.OrganizationID(id), err
}

func (m *Main) projectID(ctx context.Context, a *core.Actor, arg string) (core.ProjectID, error) {
	return m.findProject(ctx, a, arg, false)
}

// deletedProjectID finds a project that waits in its grace (DR4).
func (m *Main) deletedProjectID(ctx context.Context, a *core.Actor, arg string) (core.ProjectID, error) {
	return m.findProject(ctx, a, arg, true)
}

func (m *Main) findProject(ctx context.Context, a *core.Actor, arg string, deleted bool) (core.ProjectID, error) {
	id, err := findUnit(core.KindProject, arg,
		func(q core.Query) (core.Page[core.ProjectView], error) {
			return a.Projects(ctx, core.ProjectQuery{Query: q, Deleted: deleted})
		},
		func(v core.ProjectView) (string, named) {
			return v.Name, named{uint64(v.ID), "in " + v.Organization.Name}
		})
	return core.ProjectID(id), err
}

// unitFlags are the flags that name one unit.
type unitFlags struct{ maintainer, org, project string }

// addUnitFlags makes --maintainer, --org and --project, of which one may be given, or one must be.
func addUnitFlags(cmd *cobra.Command, needed bool) *unitFlags {
	u := &unitFlags{}
	cmd.Flags().StringVar(&u.maintainer, "maintainer", "", "the maintainer `M`, by number or name")
	cmd.Flags().StringVar(&u.org, "org", "", "the organization `O`, by number or name")
	cmd.Flags().StringVar(&u.project, "project", "", "the project `P`, by number or name")
	cmd.MarkFlagsMutuallyExclusive("maintainer", "org", "project")
	if needed {
		cmd.MarkFlagsOneRequired("maintainer", "org", "project")
	}
	return u
}

// resolve gives the unit that the flags name; none is the zero unit.
func (u *unitFlags) resolve(ctx context.Context, m *Main, a *core.Actor) (core.Unit, error) {
	switch {
	case u.maintainer != "":
		id, err := m.maintainerID(ctx, a, u.maintainer)
		return id.Ref(), err
	case u.org != "":
		id, err := m.organizationID(ctx, a, u.org)
		return id.Ref(), err
	case u.project != "":
		id, err := m.projectID(ctx, a, u.project)
		return id.Ref(), err
	}
	return core.Unit{}, nil
}
