package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newMember() *cobra.Command {
	return newNoun("member", "members of maintainers and organizations, and users of projects",
		m.newMemberList(),
		m.newMemberAdd(),
		m.newMemberHandOver(),
		m.newMemberRemove(),
		m.newMemberRole(),
	)
}

func (m *Main) newMemberList() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "list {--maintainer M | --org O [--all-projects] | --project P}",
		Short: "list the people of a unit",
		Long: `Lists the people of a unit: members and visitors; of a project also those who
come in through a role, are invited, or ask to enter. With --all-projects it
lists every user of every project of the organization once, with the projects.

Fields of --filter: name, email, kind, role, origin, external, mfa; with
--all-projects: name, email, project, role, external.`,
	}
	unit := addUnitFlags(cmd, true)
	cmd.Flags().BoolVar(&all, "all-projects", false, "with --org: all users of all its projects, once each")
	none := func(core.CombinedUser) string { return "-" }
	return asList(m, cmd, core.MemberSorts(),
		[]column[memberRow]{
			{title: "ACCOUNT", cell: func(r memberRow) string { return r.person().ID.String() }, right: true},
			{title: "E-MAIL", cell: func(r memberRow) string { return m.listed(r.person()) }},
			{title: "NAME", cell: func(r memberRow) string { return orDash(r.person().Name) }},
			{title: "KIND", cell: func(r memberRow) string { return r.of(memberKind, combinedKind) }},
			{title: "ROLE", cell: func(r memberRow) string { return r.of(memberRole, none) }},
			{title: "MFA", cell: func(r memberRow) string { return onOffUnknown(r.person().MFA) }},
			{title: "SINCE", cell: func(r memberRow) string {
				return r.of(func(v core.MemberView) string { return momentOrDash(v.Since) }, none)
			}},
			{title: "APPROVED BY", cell: func(r memberRow) string { return r.of(m.memberApprover, none) }},
			{title: "UNTIL", cell: func(r memberRow) string { return r.of(memberUntil, none) }},
			{title: "REASON", cell: func(r memberRow) string {
				return r.of(func(v core.MemberView) string { return orDash(v.Reason) }, combinedProjects)
			}},
		},
		func(ctx context.Context, a *core.Actor) (fetcher[memberRow], error) {
			if all && unit.org == "" {
				return nil, misuse("Leave it out.", "--all-projects goes with --org only.")
			}
			u, err := unit.resolve(ctx, m, a)
			return m.memberPages(ctx, a, u, all), err
		})
}

func memberKind(v core.MemberView) string {
	kind := string(v.Kind)
	switch {
	case v.Request != 0:
		kind += fmt.Sprintf(" (request %d)", v.Request)
	case v.Visit != 0:
		kind += fmt.Sprintf(" (visit %d)", v.Visit)
	case v.Invitation != 0:
		kind += fmt.Sprintf(" (invitation %d)", v.Invitation)
	}
	if v.External {
		kind += ", external"
	}
	if v.Locked {
		kind += ", locked out"
	}
	if v.AddedByStaff {
		kind += ", added by staff"
	}
	return kind
}

func memberRole(v core.MemberView) string {
	if v.Role != "" {
		return string(v.Role)
	}
	return orDash(sentence(v.Roles))
}

// memberApprover says who let somebody in (H8): who approved or added, oneself, or who sent the invitation.
func (m *Main) memberApprover(v core.MemberView) string {
	switch {
	case v.Approver != nil && v.Approver.ID == v.Person.ID:
		return "self"
	case v.Approver != nil:
		return m.person(v.Approver)
	case v.Inviter != nil:
		return m.person(v.Inviter) + " (invited)"
	}
	return "-"
}

func memberUntil(v core.MemberView) string {
	until := momentOrDash(v.Until)
	if v.Closes != 0 {
		until = v.Closes.String()
		if v.ClosesBy != "" && v.Closes != v.Until {
			until += " (" + v.ClosesBy + ")"
		}
	}
	if v.Due {
		until += ", due"
	}
	return until
}

// memberResult is a membership as the verbs that make or change one answer it.
type memberResult struct {
	core.Membership
	Email string `json:"email"`
	codeResult
}

func (m *Main) newMemberAdd() *cobra.Command {
	var in core.AddInput
	var role, roles, until string
	cmd := &cobra.Command{
		Use:   "add EMAIL {--maintainer M | --org O | --project P}",
		Short: "add a person to a unit",
		Long: `Adds a person to a unit. An address without an account gets one, and the
activation code of it is printed.

Staff add to an organization only while Auto Join is on, with MFA and a reason,
and the person gets DEFAULT; all its administrators are told.`,
		Args: arguments(1, 1),
	}
	unit := addUnitFlags(cmd, true)
	cmd.Flags().StringVar(&role, "role", "", "projects: the role `R`")
	cmd.Flags().StringVar(&roles, "roles", "", "organizations: roles `A,B`")
	cmd.Flags().StringVar(&in.Reason, "reason", "", "why: `R`; needed where staff add to an organization")
	cmd.Flags().StringVar(&until, "until", "", "projects: when it ends: a moment `T`; without it never")
	cmd.MarkFlagsMutuallyExclusive("role", "roles")
	cmd.RunE = m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
		if err := fitsUnit(cmd, unit); err != nil {
			return err
		}
		var err error
		if in.Until, err = optionalMoment("--until", until); err != nil {
			return err
		}
		if roles != "" {
			if in.Roles, err = parseList("--roles", roles); err != nil {
				return err
			}
		}
		if in.Unit, err = unit.resolve(ctx, m, a); err != nil {
			return err
		}
		in.Email, in.Role = args[0], core.Role(role)
		rec, code, err := a.AddMember(ctx, in)
		if err != nil {
			return err
		}
		said := fmt.Sprintf("added %s to %s", in.Email, unitText(in.Unit))
		return m.printLines(memberResult{rec, in.Email, resultOfCode(code)}, said+m.codeSaid(code, in.Email))
	})
	return cmd
}

// fitsUnit refuses flags that make no sense for the kind of unit that is named.
func fitsUnit(cmd *cobra.Command, u *unitFlags) error {
	for _, f := range []struct {
		flag  string
		fits  bool
		kinds string
	}{
		{"role", u.project != "", "--project"},
		{"reason", u.project != "" || u.org != "", "--project or --org"},
		{"until", u.project != "", "--project"},
		{"roles", u.org != "", "--org"},
	} {
		if cmd.Flags().Changed(f.flag) && !f.fits {
			return misuse("Leave it out.", "--%s goes with %s only.", f.flag, f.kinds)
		}
	}
	return nil
}

func (m *Main) newMemberRole() *cobra.Command {
	var project string
	cmd := &cobra.Command{
		Use:   "role EMAIL ROLE --project P",
		Short: "change the role of a user of a project",
		Args:  arguments(2, 2),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := m.projectID(ctx, a, project)
			if err != nil {
				return err
			}
			account := core.Address(args[0])
			rec, err := a.SetRole(ctx, id, account, 0, core.Role(args[1]))
			if err != nil {
				return err
			}
			return m.printDone(memberResult{Membership: rec, Email: args[0]}, fmt.Sprintf("%s is now %s in project %d", args[0], rec.Role, id))
		}),
	}
	cmd.Flags().StringVar(&project, "project", "", "the project `P`, by number or name")
	must(cmd.MarkFlagRequired("project"))
	return cmd
}
