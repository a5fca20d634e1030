package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newMemberRemove() *cobra.Command {
	var projects string
	cmd := &cobra.Command{
		Use:   "remove EMAIL {--maintainer M | --org O [--projects P,…|all] | --project P,…}",
		Short: "remove a person from a unit, or from several projects",
		Long: `Removes a person from a unit, or from several projects with a result for each.

Whoever leaves an organization loses its roles and what they open. Direct
memberships in its projects stay, and show as external, unless --projects ends
them too, all or nothing.`,
		Args: arguments(1, 1),
	}
	unit := addUnitFlags(cmd, true)
	cmd.Flags().StringVar(&projects, "projects", "", "with --org: direct memberships that end with it, `P,…` or all")
	cmd.RunE = m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
		switch {
		case cmd.Flags().Changed("projects") && unit.org == "":
			return misuse("Leave it out.", "--projects goes with --org only.")
		case unit.org != "":
			return m.removeFromOrganization(ctx, a, args[0], unit.org, projects)
		}
		return m.removeFromUnits(ctx, a, args[0], unit)
	})
	return cmd
}

// removeFromUnits takes a person out of a maintainer, or out of projects one after another (M18).
func (m *Main) removeFromUnits(ctx context.Context, a *core.Actor, email string, unit *unitFlags) error {
	ids := []string{unit.maintainer}
	if unit.project != "" {
		var err error
		if ids, err = parseList("--project", unit.project); err != nil {
			return err
		}
	}
	resolve := func(id string) (core.Unit, core.AccountID, error) {
		one := *unit
		if one.project != "" {
			one.project = id
		}
		u, err := one.resolve(ctx, m, a)
		if err != nil {
			return u, 0, err
		}
		account, err := accountID(ctx, a, email)
		return u, account, err
	}
	if _, _, err := resolve(ids[0]); err != nil && len(ids) == 1 {
		return err // nothing to ask about
	}
	from := "maintainer "
	if unit.project != "" {
		from = "project "
		if len(ids) > 1 {
			from = "projects "
		}
	}
	if err := m.confirm(fmt.Sprintf("Remove %s from %s?", email, from+sentence(ids)), removalLines(ctx, a, email, ids, resolve)); err != nil {
		return err
	}
	return m.each(ids, func(id string) (any, string, error) {
		u, account, err := resolve(id)
		if err != nil {
			return nil, "", err
		}
		if err := a.RemoveMember(ctx, u, account, 0); err != nil {
			return nil, "", err
		}
		return removed{Unit: u, Account: account, Removed: true}, fmt.Sprintf("removed %s from %s", email, unitText(u)), nil
	})
}

// removalLines says what the removals do, each with its unit where there are several. What cannot be found is told by
// the removal itself.
func removalLines(
	ctx context.Context, a *core.Actor, email string, ids []string, resolve func(string) (core.Unit, core.AccountID, error),
) []string {
	var lines []string
	for _, id := range ids {
		u, account, err := resolve(id)
		if err != nil {
			continue
		}
		impact, err := a.RemovalImpact(ctx, u, account)
		if err != nil {
			continue
		}
		for _, line := range impact.Lines() {
			if len(ids) > 1 {
				line = id + ": " + line
			}
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return []string{email + " loses access at once, also as a visitor."}
	}
	return lines
}

// allProjects is what --projects takes for every direct membership.
const allProjects = "all"

// removeFromOrganization takes a person out of an organization, and out of the projects named (OR11).
func (m *Main) removeFromOrganization(ctx context.Context, a *core.Actor, email, org, projects string) error {
	id, err := m.organizationID(ctx, a, org)
	if err != nil {
		return err
	}
	account, err := accountID(ctx, a, email)
	if err != nil {
		return err
	}
	if account == a.ID() {
		if err := m.confirm(fmt.Sprintf("Leave organization %d?", id), []string{"You lose its roles and what they open, at once."}); err != nil {
			return err
		}
		if err := a.LeaveOrganization(ctx, id); err != nil {
			return err
		}
		return m.printDone(removed{Unit: id.Ref(), Account: account, Removed: true}, fmt.Sprintf("removed %s from %s", email, unitText(id.Ref())))
	}
	impact, err := a.RemovalImpact(ctx, id.Ref(), account)
	if err != nil {
		return err
	}
	end, err := m.endingProjects(ctx, a, impact, projects)
	if err != nil {
		return err
	}
	lines := impact.Lines()
	for _, p := range end {
		lines = append(lines, fmt.Sprintf("Ends with it: the membership in project %d.", p))
	}
	if err := m.confirm(fmt.Sprintf("Remove %s from organization %d?", email, id), lines); err != nil {
		return err
	}
	if err := a.RemoveMemberAndUses(ctx, id, account, 0, end); err != nil {
		return err
	}
	said := fmt.Sprintf("removed %s from %s", email, unitText(id.Ref()))
	if len(end) > 0 {
		said += " and " + plural(len(end), "project")
	}
	return m.printDone(removed{id.Ref(), account, true, end}, said)
}

// endingProjects gives the direct memberships that --projects names.
func (m *Main) endingProjects(ctx context.Context, a *core.Actor, impact core.RemovalImpact, projects string) ([]core.ProjectID, error) {
	if projects == "" {
		return nil, nil
	}
	var end []core.ProjectID
	if projects == allProjects {
		for _, u := range impact.Direct {
			end = append(end, core.ProjectID(u.Project.ID))
		}
		return end, nil
	}
	names, err := parseList("--projects", projects)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		p, err := m.projectID(ctx, a, name)
		if err != nil {
			return nil, err
		}
		end = append(end, p)
	}
	return end, nil
}

// removed is what a removal answers.
type removed struct {
	Unit    core.Unit      `json:"unit"`
	Account core.AccountID `json:"account"`
	Removed bool           `json:"removed"`
	// Projects are the direct memberships that ended with that of the organization.
	Projects []core.ProjectID `json:"projects,omitempty"`
}
