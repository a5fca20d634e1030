package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newRequest() *cobra.Command {
	return newNoun("request", "requests of support staff to enter a project",
		m.newRequestList(),
		m.newRequestShow(),
		m.newRequestCreate(),
		m.newRequestApprove(),
		m.newRequestReject(),
		m.newRequestWithdraw(),
	)
}

var requestStates = []core.RequestState{
	core.RequestPending, core.RequestApproved, core.RequestRejected, core.RequestWithdrawn,
	core.RequestLapsed, core.RequestSuperseded, core.RequestVoid,
}

func (m *Main) newRequestList() *cobra.Command {
	var state, org, project string
	var mine bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "list the requests that you may see",
		Long: `Lists the requests that you may see, the newest first.

Fields of --filter: project, org, who, state, reason, id.`,
	}
	cmd.Flags().StringVar(&state, "state", "", "only those in the state `S`: pending, approved, rejected, withdrawn, lapsed, superseded, void")
	cmd.Flags().StringVar(&org, "org", "", "only those of the organization `O`")
	cmd.Flags().StringVar(&project, "project", "", "only those of the project `P`")
	cmd.Flags().BoolVar(&mine, "mine", false, "only those that you filed")
	cmd.MarkFlagsMutuallyExclusive("org", "project")
	words := make([]string, len(requestStates))
	for i, s := range requestStates {
		words[i] = string(s)
	}
	completeWords(cmd, "state", words...)
	return asList(m, cmd, []string{"newest", "filed"},
		[]column[core.RequestView]{
			{title: "ID", cell: func(v core.RequestView) string { return number(v.ID) }, right: true},
			{title: "STATE", cell: requestState},
			{title: "PROJECT", cell: func(v core.RequestView) string { return v.ProjectName }},
			{title: "ORGANIZATION", cell: func(v core.RequestView) string { return v.OrganizationName }},
			{title: "WHO", cell: func(v core.RequestView) string { return m.person(&v.Who) }},
			{title: "FOR", cell: requestTerm},
			{title: "FILED", cell: func(v core.RequestView) string { return v.Filed.String() }},
			{title: "LAPSES", cell: func(v core.RequestView) string { return v.Lapses.String() }},
			{title: "DECIDED BY", cell: func(v core.RequestView) string { return m.person(v.DecidedBy) }},
			{title: "YOU DECIDE", cell: func(v core.RequestView) string { return yesNo(v.MayDecide) }},
			{title: "REASON", cell: func(v core.RequestView) string { return v.Reason }},
		},
		func(ctx context.Context, a *core.Actor) (fetcher[core.RequestView], error) {
			asked := core.RequestQuery{Tab: core.TabAll}
			if mine {
				asked.Tab = core.TabMine
			}
			var err error
			if state != "" {
				if asked.State, err = parseChoice("--state", state, requestStates...); err != nil {
					return nil, err
				}
			}
			if org != "" {
				if asked.Organization, err = m.organizationID(ctx, a, org); err != nil {
					return nil, err
				}
			}
			if project != "" {
				if asked.Project, err = m.projectID(ctx, a, project); err != nil {
					return nil, err
				}
			}
			return func(q core.Query) (core.Page[core.RequestView], error) {
				asked.Query = q
				return a.Requests(ctx, asked)
			}, nil
		})
}

// requestTerm is what a request asks for; one for a longer stay names the visit (R23).
func requestTerm(v core.RequestView) string {
	if v.Extends != 0 {
		return fmt.Sprintf("%s more, visit %d", termText(v.Asked), v.Extends)
	}
	return termText(v.Asked)
}

func requestState(v core.RequestView) string {
	if v.Due {
		return string(v.State) + ", due"
	}
	return string(v.State)
}

func (m *Main) newRequestShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show REQUEST",
		Short: "show a request and what an approval would do",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := parseID[core.RequestID]("REQUEST", args[0])
			if err != nil {
				return err
			}
			v, err := a.Request(ctx, id)
			if err != nil {
				return err
			}
			return m.printThing(v, m.requestFields(v))
		}),
	}
}

func (m *Main) requestFields(v core.RequestView) []field {
	fields := []field{
		{"id", number(v.ID)},
		{"state", requestState(v)},
		{"project", fmt.Sprintf("%d %s", v.Project, v.ProjectName)},
		{"organization", fmt.Sprintf("%d %s", v.Organization, v.OrganizationName)},
		{"who", m.person(&v.Who)},
		{"MFA", onOffUnknown(v.Who.MFA)},
		{"reason", v.Reason},
		{"asked", termText(v.Asked)},
		{"filed", v.Filed.String()},
		{"lapses", v.Lapses.String()},
	}
	if v.Ticket != 0 {
		fields = append(fields, field{"ticket", ticketText(v.Ticket, v.TicketSubject)})
	}
	if v.Extends != 0 {
		fields = append(fields, field{"extends", fmt.Sprintf("visit %d", v.Extends)})
	}
	if v.State == core.RequestPending {
		fields = append(fields,
			field{"if approved", fmt.Sprintf("a visitor as %s; users %s", orDash(string(v.GrantRole)), usersText(v.Users, v.UserLimit))},
			field{"you may decide", yesNo(v.MayDecide)},
			field{"deciders", m.people(v.Deciders, v.DecidersTotal)})
		return fields
	}
	fields = append(fields, field{"decided", momentOrDash(v.Decided)}, field{"by", m.person(v.DecidedBy)})
	if v.Granted != 0 {
		fields = append(fields, field{"granted until", v.Granted.String()}, field{"visit", number(v.Visit)})
	}
	if v.Note != "" {
		fields = append(fields, field{"note", v.Note})
	}
	return fields
}

func (m *Main) newRequestCreate() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "create PROJECT {--reason R | --ticket N} {--for D | --until T}",
		Short: "ask the users of a project to let you in",
		Args:  arguments(1, 1),
	}
	entry := addEntryFlags(cmd)
	entry.addTicket(cmd)
	cmd.RunE = m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
		e, err := entry.entry(m)
		if err != nil {
			return err
		}
		id, err := m.projectID(ctx, a, args[0])
		if err != nil {
			return err
		}
		rec, err := a.FileRequest(ctx, id, e)
		if err != nil {
			return err
		}
		return m.printDone(rec, filedText(rec))
	})
	return cmd
}

func filedText(q core.Request) string {
	said := fmt.Sprintf("filed request %d; it waits until %s", q.ID, q.Lapses)
	if help := q.HelpWords(); help != "" {
		said += "\n" + help
	}
	return said
}

// eachRequest decides the requests one by one.
func (m *Main) eachRequest(args []string, decide func(core.RequestID) (core.Request, string, error)) error {
	return m.each(args, func(arg string) (any, string, error) {
		id, err := parseID[core.RequestID]("REQUEST", arg)
		if err != nil {
			return nil, "", err
		}
		return decide(id)
	})
}

func (m *Main) newRequestApprove() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "approve REQUEST…",
		Short: "let staff in",
		Long: `Approves requests: as asked, or with another end. Where a length was asked, any
end from 15 minutes to 14 days ahead may be granted: --for counts from now, --until
names it. Where a moment was asked, the end may be earlier, never later.

With several requests each has its result, and the exit code is that of the
first that failed. What failed is told on standard error; with --json it stands
in the list of results as well.`,
		Args: arguments(1, -1),
	}
	grant := &entryFlags{}
	grant.addTerm(cmd)
	cmd.RunE = m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
		term, err := grant.term()
		if err != nil {
			return err
		}
		return m.eachRequest(args, func(id core.RequestID) (core.Request, string, error) {
			rec, err := a.ApproveRequest(ctx, id, 0, term)
			return rec, fmt.Sprintf("approved request %d until %s (visit %d)", rec.ID, rec.Granted, rec.Visit), err
		})
	})
	return cmd
}

func (m *Main) newRequestReject() *cobra.Command {
	var note string
	cmd := &cobra.Command{
		Use:   "reject REQUEST…",
		Short: "refuse to let staff in",
		Args:  arguments(1, -1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			said, err := m.readText("--note", note)
			if err != nil {
				return err
			}
			return m.eachRequest(args, func(id core.RequestID) (core.Request, string, error) {
				rec, err := a.RejectRequest(ctx, id, 0, said)
				return rec, fmt.Sprintf("rejected request %d", rec.ID), err
			})
		}),
	}
	cmd.Flags().StringVar(&note, "note", "", "a note `N` that the requester reads")
	return cmd
}

func (m *Main) newRequestWithdraw() *cobra.Command {
	return &cobra.Command{
		Use:   "withdraw REQUEST",
		Short: "take your own request back",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := parseID[core.RequestID]("REQUEST", args[0])
			if err != nil {
				return err
			}
			rec, err := a.WithdrawRequest(ctx, id, 0)
			if err != nil {
				return err
			}
			return m.printDone(rec, fmt.Sprintf("withdrew request %d", rec.ID))
		}),
	}
}
