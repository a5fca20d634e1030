package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newRole() *cobra.Command {
	return newNoun("role", "roles in organizations: DEFAULT and ADMIN",
		m.newRoleChange("assign ROLE,… EMAIL --org O", "give a member roles", true),
		m.newRoleChange("unassign ROLE,… EMAIL --org O", "take roles away from a member", false),
	)
}

func (m *Main) newRoleChange(use, short string, assign bool) *cobra.Command {
	var org string
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  arguments(2, 2),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			roles, err := parseList("ROLE", args[0])
			if err != nil {
				return err
			}
			id, err := m.organizationID(ctx, a, org)
			if err != nil {
				return err
			}
			account, err := accountID(ctx, a, args[1])
			if err != nil {
				return err
			}
			add, remove := roles, []string(nil)
			if !assign {
				add, remove = nil, roles
			}
			rec, err := a.AssignRoles(ctx, id, account, 0, add, remove)
			if err != nil {
				return err
			}
			return m.printDone(memberResult{Membership: rec, Email: args[1]}, fmt.Sprintf("%s has %s in organization %d", args[1], sentence(rec.Roles), id))
		}),
	}
	cmd.Flags().StringVar(&org, "org", "", "the organization `O`, by number or name")
	must(cmd.MarkFlagRequired("org"))
	return cmd
}
