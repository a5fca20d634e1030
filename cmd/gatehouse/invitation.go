package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newInvitation() *cobra.Command {
	return newNoun("invitation", "invitations to maintainers, organizations and projects",
		m.newInvitationList(),
		m.newInvitationShow(),
		m.newInvitationSend(),
		m.newInvitationAccept(),
		m.newInvitationDecline(),
		m.newInvitationCancel(),
		m.newInvitationResend(),
	)
}

func (m *Main) newInvitationList() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list [--mine | --maintainer M | --org O | --project P]",
		Short: "list your own invitations, or those of a unit",
		Long: `Lists the invitations that wait for your answer, or with a unit those that wait
or have lapsed there; what became of others is in the activity of the unit.

Fields of --filter: id, unit, who, inviter, role, state, reason.`,
	}
	unit := addUnitFlags(cmd, false)
	cmd.Flags().Bool("mine", false, "your own; so it is without a unit too")
	cmd.MarkFlagsMutuallyExclusive("mine", "maintainer", "org", "project")
	return asList(m, cmd, []string{"newest"},
		[]column[core.InvitationView]{
			{title: "ID", cell: func(v core.InvitationView) string { return number(v.ID) }, right: true},
			{title: "STATE", cell: invitationState},
			{title: "UNIT", cell: func(v core.InvitationView) string { return invitationUnit(v) }},
			{title: "WHO", cell: m.invitationWho},
			{title: "ROLE", cell: func(v core.InvitationView) string { return invitationRole(v.Invitation) }},
			{title: "INVITED BY", cell: func(v core.InvitationView) string { return m.person(v.InvitedBy) }},
			{title: "SENT", cell: func(v core.InvitationView) string { return v.Sent.String() }},
			{title: "LAPSES", cell: func(v core.InvitationView) string { return v.Lapses.String() }},
			{title: "UNTIL", cell: func(v core.InvitationView) string { return momentOrDash(v.Until) }},
			{title: "REASON", cell: func(v core.InvitationView) string { return orDash(v.Reason) }},
		},
		func(ctx context.Context, a *core.Actor) (fetcher[core.InvitationView], error) {
			u, err := unit.resolve(ctx, m, a)
			return func(q core.Query) (core.Page[core.InvitationView], error) {
				return a.Invitations(ctx, core.InvitationQuery{Query: q, Unit: u})
			}, err
		})
}

func invitationState(v core.InvitationView) string {
	if v.Due {
		return string(v.State) + ", due"
	}
	return string(v.State)
}

func invitationUnit(v core.InvitationView) string {
	if v.UnitName == "" {
		return unitText(v.Unit)
	}
	return fmt.Sprintf("%s %s", unitText(v.Unit), v.UnitName)
}

func (m *Main) invitationWho(v core.InvitationView) string {
	who := m.listed(&v.Who)
	if v.Who.State == core.AccountNotActivated {
		who += ", not activated"
	}
	return who
}

func invitationRole(i core.Invitation) string {
	if i.Role != "" {
		return string(i.Role)
	}
	return orDash(sentence(i.Roles))
}

func (m *Main) newInvitationShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show INVITATION",
		Short: "show an invitation and what accepting it gives",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := parseID[core.InvitationID]("INVITATION", args[0])
			if err != nil {
				return err
			}
			v, err := a.Invitation(ctx, id)
			if err != nil {
				return err
			}
			return m.printThing(v, m.invitationFields(v))
		}),
	}
}

func (m *Main) invitationFields(v core.InvitationView) []field {
	fields := []field{
		{"id", number(v.ID)},
		{"state", invitationState(v)},
		{"unit", invitationUnit(v)},
	}
	if v.OrganizationName != "" {
		fields = append(fields, field{"organization", v.OrganizationName})
	}
	fields = append(fields,
		field{"who", m.invitationWho(v)},
		field{"role", invitationRole(v.Invitation)},
		field{"invited by", m.person(v.InvitedBy)},
		field{"sent", v.Sent.String()},
		field{"lapses", v.Lapses.String()},
	)
	if v.Unit.Kind == core.KindProject {
		until := "never"
		if v.Until != 0 {
			until = v.Until.String()
		}
		fields = append(fields, field{"membership ends", until}, field{"reason", orDash(v.Reason)})
	}
	if v.Ended != 0 {
		fields = append(fields, field{string(v.State), v.Ended.String()}, field{"by", m.person(v.EndedBy)})
	}
	if v.Mine && v.State == core.InvitationPending {
		accept := "yes"
		if v.MayNotAccept != nil {
			accept = "no. " + v.MayNotAccept.Error()
		}
		fields = append(fields, field{"you may accept", accept})
	}
	return fields
}

// invitationResult is an invitation as the verbs that send one answer it.
type invitationResult struct {
	core.Invitation
	Email string `json:"email"`
	codeResult
}

// printSent tells what was sent, and the code, that it goes out by mail, or why there is none to see (AC19).
func (m *Main) printSent(ctx context.Context, a *core.Actor, i core.Invitation, code core.GivenCode, done string) error {
	v, err := a.Invitation(ctx, i.ID)
	if err != nil {
		return err
	}
	said := fmt.Sprintf("%s %s to %s as invitation %d, which lapses at %s", done, m.person(&v.Who), unitText(i.Unit), i.ID, i.Lapses)
	return m.printLines(invitationResult{i, v.Who.Email, resultOfCode(code)}, said+m.codeSaid(code, v.Who.Email))
}

func (m *Main) newInvitationSend() *cobra.Command {
	var in core.InviteInput
	var role, roles, until, lapses string
	cmd := &cobra.Command{
		Use:   "send EMAIL {--maintainer M | --org O | --project P}",
		Short: "invite a person to a unit",
		Long: `Invites a person to a unit; nothing is open to them until they accept. An
address without an account gets one, and the activation code of it is printed,
or goes out by mail where mail is set up. The code of an account that others made
is printed only for who may give everything that it has.`,
		Args: arguments(1, 1),
	}
	unit := addUnitFlags(cmd, true)
	cmd.Flags().StringVar(&role, "role", "", "projects: the role `R`; admin or developer without it")
	cmd.Flags().StringVar(&roles, "roles", "", "organizations: roles `A,B`; what new members get without it")
	cmd.Flags().StringVar(&in.Reason, "reason", "", "projects: why: `R`")
	cmd.Flags().StringVar(&until, "until", "", "projects: when the membership ends: a moment `T`; without it never")
	cmd.Flags().StringVar(&lapses, "lapses", "", "how long it waits: a length `D` of 1h to 30d; 7d without it")
	cmd.MarkFlagsMutuallyExclusive("role", "roles")
	cmd.RunE = m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
		if err := fitsUnit(cmd, unit); err != nil {
			return err
		}
		var err error
		if in.Until, err = optionalMoment("--until", until); err != nil {
			return err
		}
		if in.Lapses, err = optionalLength("--lapses", lapses); err != nil {
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
		i, code, err := a.Invite(ctx, in)
		if err != nil {
			return err
		}
		return m.printSent(ctx, a, i, code, "invited")
	})
	return cmd
}

// optionalLength reads how long an invitation waits; none is zero.
func optionalLength(field, s string) (core.Length, error) {
	if s == "" {
		return 0, nil
	}
	return parseLength(field, s)
}

func (m *Main) newInvitationResend() *cobra.Command {
	var lapses string
	cmd := &cobra.Command{
		Use:   "resend INVITATION",
		Short: "send an invitation again, also one that lapsed",
		Long: `Sends an invitation again, with a new lapse. For an account that is not
activated there is a new activation code, and the earlier one no longer works;
where you may not give everything that the account already has, you are shown
none, and the earlier one stays.`,
		Args: arguments(1, 1),
	}
	cmd.Flags().StringVar(&lapses, "lapses", "", "how long it waits: a length `D` of 1h to 30d; 7d without it")
	cmd.RunE = m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
		id, err := parseID[core.InvitationID]("INVITATION", args[0])
		if err != nil {
			return err
		}
		wait, err := optionalLength("--lapses", lapses)
		if err != nil {
			return err
		}
		i, code, err := a.ResendInvitation(ctx, id, 0, wait)
		if err != nil {
			return err
		}
		return m.printSent(ctx, a, i, code, "invited again:")
	})
	return cmd
}

func (m *Main) newInvitationAccept() *cobra.Command {
	return &cobra.Command{
		Use:   "accept INVITATION",
		Short: "accept your invitation",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := parseID[core.InvitationID]("INVITATION", args[0])
			if err != nil {
				return err
			}
			rec, err := a.AcceptInvitation(ctx, id, 0)
			if err != nil {
				return err
			}
			said := "you are inside " + unitText(rec.Unit)
			if role := invitationRole(core.Invitation{Role: rec.Role, Roles: rec.Roles}); role != "-" {
				said += " as " + role
			}
			if rec.Until != 0 {
				said += " until " + rec.Until.String()
			}
			return m.printDone(rec, said)
		}),
	}
}

func (m *Main) newInvitationDecline() *cobra.Command {
	return m.endingInvitation("decline INVITATION", "decline your invitation", "declined",
		func(ctx context.Context, a *core.Actor, id core.InvitationID) (core.Invitation, error) {
			return a.DeclineInvitation(ctx, id, 0)
		})
}

func (m *Main) newInvitationCancel() *cobra.Command {
	return m.endingInvitation("cancel INVITATION", "take an invitation back; \"gatehouse undo\" restores it", "cancelled",
		func(ctx context.Context, a *core.Actor, id core.InvitationID) (core.Invitation, error) {
			return a.CancelInvitation(ctx, id, 0)
		})
}

func (m *Main) endingInvitation(
	use, short, done string, end func(context.Context, *core.Actor, core.InvitationID) (core.Invitation, error),
) *cobra.Command {
	return &cobra.Command{
		Use:   use,
		Short: short,
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := parseID[core.InvitationID]("INVITATION", args[0])
			if err != nil {
				return err
			}
			rec, err := end(ctx, a, id)
			if err != nil {
				return err
			}
			return m.printDone(rec, fmt.Sprintf("%s invitation %d", done, rec.ID))
		}),
	}
}
