package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newMaintainer() *cobra.Command {
	return newNoun("maintainer", "maintainers: partners and platform owners that organizations are assigned to",
		m.newMaintainerList(),
		m.newMaintainerShow(),
		m.newMaintainerCreate(),
		m.newMaintainerRename(),
		m.newMaintainerSet(),
		m.newMaintainerDelete(),
		m.newMaintainerJoin(),
		m.newMaintainerLeave(),
	)
}

func (m *Main) newMaintainerList() *cobra.Command {
	return asList(m, &cobra.Command{Use: "list", Short: "list your maintainers; for Support all"}, []string{"name"},
		[]column[core.MaintainerView]{
			{title: "ID", cell: func(v core.MaintainerView) string { return number(v.ID) }, right: true},
			{title: "NAME", cell: func(v core.MaintainerView) string { return v.Name }},
			{title: "ORGANIZATIONS", cell: func(v core.MaintainerView) string { return number(v.Organizations) }, right: true},
			{title: "MEMBERS", cell: func(v core.MaintainerView) string { return number(v.Members) }, right: true},
			{title: "VISITORS", cell: func(v core.MaintainerView) string { return number(v.Visitors) }, right: true},
			{title: "CONTACT", cell: func(v core.MaintainerView) string { return orDash(v.Contact) }},
		},
		simply((*core.Actor).Maintainers))
}

func (m *Main) newMaintainerShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show MAINTAINER",
		Short: "show a maintainer",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			v, err := m.maintainer(ctx, a, args[0])
			if err != nil {
				return err
			}
			return m.printThing(v, []field{
				{"id", number(v.ID)},
				{"name", v.Name},
				{"state", string(v.State)},
				{"contact", orDash(v.Contact)},
				{"organizations", number(v.Organizations)},
				{"members", number(v.Members)},
				{"visitors", number(v.Visitors)},
				{"you are", string(v.Relation)},
				{"created", momentOrDash(v.Created)},
			})
		}),
	}
}

// maintainer gives the maintainer that arg names.
func (m *Main) maintainer(ctx context.Context, a *core.Actor, arg string) (core.MaintainerView, error) {
	id, err := m.maintainerID(ctx, a, arg)
	if err != nil {
		return core.MaintainerView{}, err
	}
	return a.Maintainer(ctx, id)
}

func (m *Main) newMaintainerCreate() *cobra.Command {
	return &cobra.Command{
		Use:   "create NAME",
		Short: "create a maintainer (Support)",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			rec, err := a.CreateMaintainer(ctx, args[0])
			if err != nil {
				return err
			}
			return m.printDone(rec, fmt.Sprintf("created maintainer %d, %s", rec.ID, rec.Name))
		}),
	}
}

func (m *Main) newMaintainerRename() *cobra.Command {
	return renameVerb(m, core.KindMaintainer, "MAINTAINER", m.maintainerID, (*core.Actor).RenameMaintainer,
		func(rec core.Maintainer) string { return rec.Name })
}

func (m *Main) newMaintainerSet() *cobra.Command {
	var contact string
	cmd := &cobra.Command{
		Use:   "set MAINTAINER --contact {EMAIL|none}",
		Short: "change the contact address of a maintainer",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := m.maintainerID(ctx, a, args[0])
			if err != nil {
				return err
			}
			address := contact
			if address == "none" {
				address = ""
			}
			rec, err := a.SetMaintainerContact(ctx, id, 0, address)
			if err != nil {
				return err
			}
			said := "has the contact " + rec.Contact
			if rec.Contact == "" {
				said = "has no contact"
			}
			return m.printDone(rec, rec.Name+" "+said)
		}),
	}
	cmd.Flags().StringVar(&contact, "contact", "", "the address that also gets notices of tickets: `EMAIL/none`")
	must(cmd.MarkFlagRequired("contact"))
	return cmd
}

func (m *Main) newMaintainerDelete() *cobra.Command {
	return &cobra.Command{
		Use:   "delete MAINTAINER",
		Short: "delete a maintainer without organizations (Support)",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			v, err := m.maintainer(ctx, a, args[0])
			if err != nil {
				return err
			}
			if err := a.Rehearsing().DeleteMaintainer(ctx, v.ID, v.Version); err != nil {
				return err
			}
			err = m.confirm("Delete the maintainer "+v.Name+"?", []string{
				fmt.Sprintf("%s and %s lose it. There is no way back.", plural(v.Members, "member"), plural(v.Visitors, "visitor")),
			})
			if err != nil {
				return err
			}
			if err := a.DeleteMaintainer(ctx, v.ID, v.Version); err != nil {
				return err
			}
			return m.printDone(deleted{uint64(v.ID), core.UnitDeleted}, "deleted the maintainer "+v.Name)
		}),
	}
}

// deleted is what a verb answers that deleted a unit.
type deleted struct {
	ID    uint64         `json:"id"`
	State core.UnitState `json:"state"`
}

func (m *Main) newMaintainerJoin() *cobra.Command {
	return visitVerb(m, core.KindMaintainer, "MAINTAINER", "visit a maintainer (Support)", m.maintainerID, (*core.Actor).JoinMaintainer)
}

func (m *Main) newMaintainerLeave() *cobra.Command {
	return leaveVerb(m, core.KindMaintainer, "MAINTAINER", "leave a maintainer, as member or visitor", m.maintainerID,
		(*core.Actor).LeaveMaintainer)
}
