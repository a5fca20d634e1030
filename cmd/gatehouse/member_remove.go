package main

import (
	"context"
	"fmt"
	"strings"

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
	who := core.Address(email)
	removal := removing{ids: ids, resolve: func(id string) (core.Unit, error) {
		one := *unit
		if one.project != "" {
			one.project = id
		}
		return one.resolve(ctx, m, a)
	}}
	lines, err := removal.rehearsed(ctx, a, who)
	if err != nil && len(ids) == 1 {
		return err // nothing to ask about
	}
	from := "maintainer "
	if unit.project != "" {
		from = "project "
		if len(ids) > 1 {
			from = "projects "
		}
	}
	if len(lines) > 0 { // otherwise each is refused
		if err := m.confirm(fmt.Sprintf("Remove %s from %s?", email, from+sentence(ids)), lines); err != nil {
			return err
		}
	}
	return m.each(ids, func(id string) (any, string, error) {
		u, err := removal.resolve(id)
		if err != nil {
			return nil, "", err
		}
		account := a.ID() // where there is no right to look, it is oneself
		if impact, err := a.RemovalImpact(ctx, u, who); err == nil {
			account = impact.Person.ID
		}
		if err := a.RemoveMember(ctx, u, who, 0); err != nil {
			return nil, "", err
		}
		return removed{Unit: u, Account: account, Removed: true}, fmt.Sprintf("removed %s from %s", email, unitText(u)), nil
	})
}

// removing is somebody's removal from several units.
type removing struct {
	ids     []string
	resolve func(id string) (core.Unit, error)
}

// rehearsed says what the removals do that would be done, each with its unit where there are several; the error is that
// of the last one that would not.
func (r removing) rehearsed(ctx context.Context, a *core.Actor, who core.Who) (lines []string, last error) {
	for _, id := range r.ids {
		u, err := r.resolve(id)
		if err == nil {
			err = a.Rehearsing().RemoveMember(ctx, u, who, 0)
		}
		if err != nil {
			last = err
			continue
		}
		said := []string{"Access is lost at once, also that of a visitor."}
		if impact, err := a.RemovalImpact(ctx, u, who); err == nil && len(impact.Lines()) > 0 { // oneself one may always remove
			said = impact.Lines()
		}
		for _, line := range said {
			if len(r.ids) > 1 {
				line = id + ": " + line
			}
			lines = append(lines, line)
		}
	}
	return lines, last
}

// allProjects is what --projects takes for every direct membership.
const allProjects = "all"

// removeFromOrganization takes a person out of an organization, and out of the projects named (OR11).
func (m *Main) removeFromOrganization(ctx context.Context, a *core.Actor, email, org, projects string) error {
	id, err := m.organizationID(ctx, a, org)
	if err != nil {
		return err
	}
	who := core.Address(email)
	me, err := a.Me(ctx)
	if err != nil {
		return err
	}
	account := me.ID
	if strings.EqualFold(strings.TrimSpace(email), me.Email) {
		taken, err := a.Foresee(func(a *core.Actor) error { return a.LeaveOrganization(ctx, id) })
		if err != nil {
			return err
		}
		impact := append([]string{"You lose its roles and what they open, at once."}, taken.Lines()...)
		if err := m.confirm(fmt.Sprintf("Leave organization %d?", id), impact); err != nil {
			return err
		}
		if err := a.LeaveOrganization(ctx, id); err != nil {
			return err
		}
		return m.printDone(removed{Unit: id.Ref(), Account: account, Removed: true}, fmt.Sprintf("removed %s from %s", email, unitText(id.Ref())))
	}
	if err := a.Rehearsing().RemoveMember(ctx, id.Ref(), who, 0); err != nil {
		return err
	}
	impact, err := a.RemovalImpact(ctx, id.Ref(), who)
	if err != nil {
		return err
	}
	account = impact.Person.ID
	end, err := m.endingProjects(ctx, a, impact, projects)
	if err != nil {
		return err
	}
	if err := a.Rehearsing().RemoveMemberAndUses(ctx, id, who, 0, end); err != nil {
		return err
	}
	if err := m.confirm(fmt.Sprintf("Remove %s from organization %d?", email, id), impact.Lines(end...)); err != nil {
		return err
	}
	if err := a.RemoveMemberAndUses(ctx, id, who, 0, end); err != nil {
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
