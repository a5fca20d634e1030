package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newVisit() *cobra.Command {
	return newNoun("visit", "visits: staff inside a unit, with a reason and an end",
		m.newVisitList(),
		m.newVisitShow(),
		m.newVisitLeave(),
		m.newVisitRevoke(),
		m.newVisitExtend(),
	)
}

func (m *Main) newVisitList() *cobra.Command {
	var mine, active, past bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "list the visits that you may see",
		Long: `Lists the visits that you may see, running and over; of an organization those to
it and to its projects.

Fields of --filter: unit, org, who, state, reason, id.`,
	}
	unit := addUnitFlags(cmd, false)
	cmd.Flags().BoolVar(&mine, "mine", false, "only your own")
	cmd.Flags().BoolVar(&active, "active", false, "only those that run")
	cmd.Flags().BoolVar(&past, "past", false, "only those that are over")
	cmd.MarkFlagsMutuallyExclusive("active", "past")
	return asList(m, cmd, []string{"newest", "started", "ends"},
		[]column[core.VisitView]{
			{title: "ID", cell: func(v core.VisitView) string { return number(v.ID) }, right: true},
			{title: "STATE", cell: visitState},
			{title: "WHO", cell: func(v core.VisitView) string { return m.person(&v.Who) }},
			{title: "UNIT", cell: func(v core.VisitView) string { return v.UnitName }},
			{title: "ORGANIZATION", cell: func(v core.VisitView) string { return orDash(v.OrganizationName) }},
			{title: "ROLE", cell: func(v core.VisitView) string { return orDash(string(v.Role)) }},
			{title: "STARTED", cell: func(v core.VisitView) string { return v.Started.String() }},
			{title: "ENDS", cell: visitEnds},
			{title: "LASTED", cell: visitLasted},
			{title: "ENDED BY", cell: m.visitEnd},
			{title: "APPROVED BY", cell: func(v core.VisitView) string { return m.person(v.ApprovedBy) }},
			{title: "REASON", cell: func(v core.VisitView) string { return v.Reason }},
		},
		func(ctx context.Context, a *core.Actor) (fetcher[core.VisitView], error) {
			asked := core.VisitQuery{Active: active, Past: past, Mine: mine}
			var err error
			if asked.Unit, err = unit.resolve(ctx, m, a); err != nil {
				return nil, err
			}
			return func(q core.Query) (core.Page[core.VisitView], error) {
				asked.Query = q
				return a.Visits(ctx, asked)
			}, nil
		})
}

func visitState(v core.VisitView) string {
	if v.Due {
		return string(v.State) + ", due"
	}
	return string(v.State)
}

// visitEnds is when a visit closes, and which rule set it (V3); or when it was over.
func visitEnds(v core.VisitView) string {
	switch {
	case v.Ended != 0:
		return v.Ended.String()
	case v.Closes != 0 && v.Closes != v.Ends && v.ClosesBy != "":
		return v.Closes.String() + " (" + v.ClosesBy + ")"
	}
	return v.Ends.String()
}

// visitLasted is how long a visit that is over really was.
func visitLasted(v core.VisitView) string {
	if v.State == core.VisitActive {
		return "-"
	}
	return v.Lasted.String()
}

// visitEndFields say when a visit closes, or when, how and by whom it was ended and how long it really was (V9).
func (m *Main) visitEndFields(v core.VisitView) []field {
	if v.State == core.VisitActive {
		return []field{{"closes", visitEnds(v)}}
	}
	fields := []field{{"ended", v.Ended.String()}, {"ended by", m.visitEnd(v)}, {"lasted", visitLasted(v)}}
	if note := v.Note(); note != "" {
		fields = append(fields, field{"note", note})
	}
	return fields
}

func (m *Main) newVisitShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show VISIT",
		Short: "show a visit",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := parseID[core.VisitID]("VISIT", args[0])
			if err != nil {
				return err
			}
			v, err := a.Visit(ctx, id)
			if err != nil {
				return err
			}
			basis := "joined"
			if v.Basis != 0 {
				basis = fmt.Sprintf("request %d", v.Basis)
			}
			fields := []field{
				{"id", number(v.ID)},
				{"state", visitState(v)},
				{"who", m.person(&v.Who)},
				{"unit", unitText(v.Unit) + " " + v.UnitName},
				{"organization", orDash(v.OrganizationName)},
				{"role", orDash(string(v.Role))},
				{"basis", basis},
				{"reason", v.Reason},
				{"asked", termText(v.Asked)},
				{"started", v.Started.String()},
				{"granted until", v.Ends.String()},
				{"approved by", m.person(v.ApprovedBy)},
			}
			fields = append(fields, m.visitEndFields(v)...)
			if v.Ticket != 0 {
				fields = append(fields, field{"ticket", ticketText(v.Ticket, v.TicketSubject)})
			}
			return m.printThing(v, fields)
		}),
	}
}

func (m *Main) newVisitLeave() *cobra.Command {
	return &cobra.Command{
		Use:   "leave VISIT",
		Short: "end your own visit early",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := parseID[core.VisitID]("VISIT", args[0])
			if err != nil {
				return err
			}
			rec, err := a.LeaveVisit(ctx, id)
			if err != nil {
				return err
			}
			return m.printDone(rec, fmt.Sprintf("left visit %d", rec.ID))
		}),
	}
}

func (m *Main) newVisitRevoke() *cobra.Command {
	var note string
	cmd := &cobra.Command{
		Use:   "revoke VISIT…",
		Short: "end the visits of others",
		Args:  arguments(1, -1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			said, err := m.readText("--note", note)
			if err != nil {
				return err
			}
			versions := map[string]uint64{}
			return m.eachConfirmed(a, "End "+plural(len(args), "visit")+"?", args, func(a *core.Actor, arg string) (turn, error) {
				id, err := parseID[core.VisitID]("VISIT", arg)
				if err != nil {
					return turn{}, err
				}
				var t turn
				if versions[arg] == 0 { // what is seen before it is confirmed is what is ended
					v, err := a.Visit(ctx, id)
					if err != nil {
						return turn{}, err
					}
					versions[arg] = v.Version
					t.impact = fmt.Sprintf("visit %d: %s loses access to %s at once.", v.ID, m.person(&v.Who), v.UnitName)
				}
				rec, err := a.RevokeVisit(ctx, id, versions[arg], said)
				t.value, t.sentence = rec, fmt.Sprintf("ended visit %d", rec.ID)
				return t, err
			})
		}),
	}
	cmd.Flags().StringVar(&note, "note", "", "a note `N` that the visitor reads")
	return cmd
}

func (m *Main) newVisitExtend() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "extend VISIT {--reason R | --ticket N} {--for D | --until T}",
		Short: "ask to stay longer: files a request",
		Args:  arguments(1, 1),
	}
	entry := addEntryFlags(cmd)
	entry.addTicket(cmd)
	cmd.RunE = m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
		id, err := parseID[core.VisitID]("VISIT", args[0])
		if err != nil {
			return err
		}
		e, err := entry.entry(m)
		if err != nil {
			return err
		}
		rec, err := a.ExtendVisit(ctx, id, e)
		if err != nil {
			return err
		}
		return m.printDone(rec, filedText(rec))
	})
	return cmd
}
