package request

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/keymap"
	"gatehouse/tui/list"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/screen/why"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// requests is a tab of requests: those that wait, those that are decided, or own ones.
type requests struct {
	tab[core.RequestView, core.RequestView]
	which core.RequestTab
}

func newRequests(e *app.Env, which core.RequestTab) *requests {
	s := &requests{which: which}
	s.env = e
	s.id = func(q core.RequestView) string { return number(uint64(q.ID)) }
	s.about = func(ctx context.Context, actor *core.Actor, id string) (core.RequestView, error) {
		return actor.Request(ctx, core.RequestID(parse(id)))
	}
	s.block = describeRequest
	if which == core.TabWaiting {
		s.told = s.decidedMeanwhile
	}
	actor := e.Session.Actor
	s.list = app.NewList(e, list.Options[core.RequestView]{
		Noun: "request",
		Source: rows.From(func(ctx context.Context, q core.Query) (core.Page[core.RequestView], error) {
			return actor.Requests(ctx, core.RequestQuery{Query: q, Tab: which})
		}),
		ID:      s.id,
		Columns: s.columns(),
		Empty:   emptyRequests(which),
		Moved:   s.moved,
		Open:    func(q core.RequestView) tea.Cmd { return app.Open(Page(q.ID)) },
	})
	s.actions = append(s.makeActions(), s.list.Actions()...)
	return s
}

func emptyRequests(which core.RequestTab) list.Empty {
	switch which {
	case core.TabDecided:
		return list.Empty{Text: "No request has been decided yet.", Hint: "What is approved, rejected, withdrawn or lapsed stays here for ever.  tab other requests"}
	case core.TabMine:
		return list.Empty{Text: "You have filed no request.", Hint: "Staff ask to enter a project with J, in the list of projects (4).  tab other requests"}
	default:
		return list.Empty{Text: "Nothing waits for a decision.", Hint: "Requests to enter projects that you see come up here by themselves.  tab other requests"}
	}
}

// decidedMeanwhile says that the request under the cursor was decided by somebody else, before it leaves the list.
func (s *requests) decidedMeanwhile(before *core.RequestView, now core.RequestView) tea.Cmd {
	if before.State != core.RequestPending || now.State == core.RequestPending || now.By == s.env.Session.Actor.ID() {
		return nil
	}
	return app.Tell(settled(now).(*core.Error).Message) //nolint:errorlint,forcetypeassert // settled answers with nothing else here
}

func (s *requests) columns() []list.Column[core.RequestView] {
	type column = list.Column[core.RequestView]
	id := column{Title: "id", Min: 4, Right: true, Wide: true, Cell: list.Text(s.id)}
	project := column{Title: "project", Min: 15, Max: 24, Cell: func(q core.RequestView) theme.Span {
		return cell.Name(s.env.Look(), q.ProjectName, uint64(q.Project), q.Alike)
	}}
	org := column{Title: "organization", Min: 14, Max: 18, Priority: 6, Cell: list.Text(func(q core.RequestView) string { return q.OrganizationName })}
	who := column{Title: "who", Min: 22, Max: 30, Cell: func(q core.RequestView) theme.Span { return badged(s.env.Look(), q.Who) }}
	length := column{Title: "for", Min: 8, Cell: list.Text(func(q core.RequestView) string { return askedShort(q.Asked, s.env.Now()) })}
	state := column{Title: "state", Min: 12, Cell: func(q core.RequestView) theme.Span { return cell.RequestState(s.env.Look(), q) }}
	lapses := column{Title: "lapses", Min: 7, Max: 8, Priority: 4, Cell: func(q core.RequestView) theme.Span {
		if q.State != core.RequestPending {
			return theme.Span{}
		}
		return ends(q.Lapses, s.env.Now())
	}}
	reason := column{Title: "reason", Min: 17, Cell: list.Text(func(q core.RequestView) string { return q.Reason })}
	filed := column{Title: "filed", Min: 20, Wide: true, Cell: list.Text(func(q core.RequestView) string { return text.Exact(q.Filed.Time()) })}
	switch s.which {
	case core.TabDecided:
		granted := column{Title: "granted", Min: 9, Priority: 3, Cell: list.Text(func(q core.RequestView) string {
			if q.Granted == 0 {
				return ""
			}
			if q.Granted.Passed(core.At(s.env.Now())) {
				return ago(q.Granted, s.env.Now())
			}
			return ends(q.Granted, s.env.Now()).Text
		})}
		decided := column{Title: "decided", Min: 10, Priority: 2, Cell: list.Text(func(q core.RequestView) string {
			return ago(q.Decided, s.env.Now())
		})}
		by := column{Title: "by", Min: 12, Max: 22, Priority: 1, Cell: func(q core.RequestView) theme.Span {
			if q.DecidedBy == nil {
				return theme.Span{Role: theme.Faint, Text: "-"}
			}
			return badged(s.env.Look(), *q.DecidedBy)
		}}
		length.Title, length.Priority = "asked", 4
		note := column{Title: "note", Min: 10, Cell: func(q core.RequestView) theme.Span {
			if q.Note != "" {
				return theme.Span{Text: q.Note}
			}
			return theme.Span{Role: theme.Faint, Text: q.Reason}
		}}
		org.Priority, filed.Sort = 7, "filed"
		project.Min, who.Min = 12, 18 // the decider is shown at 80 columns
		return []column{id, state, project, org, who, length, granted, decided, by, filed, note}
	case core.TabMine:
		age := column{Title: "filed", Min: 10, Priority: 3, Sort: "filed", Cell: list.Text(func(q core.RequestView) string {
			return ago(q.Filed, s.env.Now())
		})}
		length.Title = "asked"
		return []column{id, state, project, org, length, age, lapses, filed, reason}
	default:
		waiting := column{Title: "waiting", Min: 9, Priority: 5, Sort: "filed", Cell: list.Text(func(q core.RequestView) string { return since(q.Filed, s.env.Now()) })}
		return []column{id, project, org, who, length, waiting, lapses, filed, reason}
	}
}

// knownRequest gives the row with what its page adds, where the page was read.
func (s *requests) knownRequest(q core.RequestView) core.RequestView {
	if s.known == s.id(q) && s.detail.Version == q.Version {
		return s.detail
	}
	return q
}

func (s *requests) guard(stop func(core.RequestView) error) func() error {
	return func() error {
		if err := Writable(s.env); err != nil {
			return err
		}
		return s.any(func(q core.RequestView) error { return stop(s.knownRequest(q)) })
	}
}

func (s *requests) targetIDs() []core.RequestID {
	var ids []core.RequestID
	for _, q := range s.targets() {
		ids = append(ids, q.ID)
	}
	return ids
}

// one runs f with the row under the cursor.
func (s *requests) one(f func(core.RequestView) tea.Cmd) func() tea.Cmd {
	return func() tea.Cmd {
		rows := s.targets()
		if len(rows) == 0 {
			return nil
		}
		return f(rows[0])
	}
}

// command is a command line about all rows that an action means, where it is possible at all.
func (s *requests) command(format string, stop func(core.RequestView) error) func() string {
	may := s.guard(stop)
	return func() string {
		if ids := s.ids(); ids != "" && may() == nil {
			return fmt.Sprintf(format, ids)
		}
		return ""
	}
}

// oneLine is a command line about the one row that an action means.
func (s *requests) oneLine(f func(core.RequestView) string) func() string {
	return func() string {
		if rows := s.targets(); len(rows) == 1 {
			return f(rows[0])
		}
		return ""
	}
}

func (s *requests) makeActions() []*keymap.Action {
	e, me, act := s.env, s.env.Session.Actor.ID(), keymap.GroupAct
	withdraw := &keymap.Action{
		ID: "request.withdraw", Title: "withdraw", Long: "withdraw an own request", Keys: []string{"x"}, Group: act,
		Danger: keymap.Destructive, Applies: keymap.Many, Hint: 11, Guard: s.guard(mayWithdraw(me)),
		Run: func() tea.Cmd { return Withdraw(e, s.targetIDs()...) }, Command: s.command("gatehouse request withdraw %s", mayWithdraw(me)),
	}
	ask := &keymap.Action{
		ID: "request.why", Title: "why", Long: "why they can or cannot enter, rule by rule", Keys: []string{"W"}, Group: act,
		Applies: keymap.One, Hint: 3, Run: s.one(func(q core.RequestView) tea.Cmd { return whyOf(e, q) }),
		Command: s.oneLine(func(q core.RequestView) string { return why.Command(q.Who, q.Project) }),
	}
	switch s.which {
	case core.TabDecided:
		return []*keymap.Action{ask}
	case core.TabMine:
		withdraw.Hint = 1
		return append([]*keymap.Action{withdraw, ask}, s.ownVisit()...)
	default:
		return []*keymap.Action{
			{
				ID: "request.approve", Title: "approve", Long: "approve: let them in as they asked", Keys: []string{"A"}, Group: act,
				Danger: keymap.Heavy, Applies: keymap.Many, Hint: 1, Guard: s.guard(mayApprove(me)),
				Run: func() tea.Cmd { return Approve(e, s.targetIDs()...) }, Command: s.command("gatehouse request approve %s", mayApprove(me)),
			},
			{
				ID: "request.grant", Title: "other time", Long: "approve for another time than asked", Keys: []string{"E"}, Group: act,
				Danger: keymap.Heavy, Applies: keymap.One, Hint: 4, Guard: s.guard(mayApprove(me)),
				Run: s.one(func(q core.RequestView) tea.Cmd { return Grant(e, q.ID) }), Command: s.oneLine(GrantCommand),
			},
			{
				ID: "request.reject", Title: "reject", Long: "reject, with a note if you like", Keys: []string{"D"}, Group: act,
				Danger: keymap.Destructive, Applies: keymap.Many, Hint: 2, Guard: s.guard(mayDecide(me)),
				Run: func() tea.Cmd { return Reject(e, s.targetIDs()...) }, Command: s.command("gatehouse request reject %s", mayDecide(me)),
			},
			withdraw, ask,
		}
	}
}

// ownVisit are the actions about the visit that came out of an own request.
func (s *requests) ownVisit() []*keymap.Action {
	e := s.env
	runs := func(q core.RequestView) error {
		if q.Visit == 0 || q.Granted.Passed(core.At(e.Now())) {
			return keymap.Disabled("No visit of yours runs by this request.")
		}
		return nil
	}
	line := func(format string) func() string {
		return s.oneLine(func(q core.RequestView) string {
			if runs(q) != nil {
				return ""
			}
			return fmt.Sprintf(format, q.Visit)
		})
	}
	return []*keymap.Action{
		{
			ID: "visit.extend", Title: "stay longer", Long: "ask to stay longer on the visit that was approved", Keys: []string{"E"}, Group: keymap.GroupAct,
			Danger: keymap.Heavy, Applies: keymap.One, Hint: 4, Guard: s.guard(runs),
			Run:     s.one(func(q core.RequestView) tea.Cmd { return Extend(e, q.Visit) }),
			Command: line("gatehouse visit extend %d --for 4h --reason REASON"),
		},
		{
			ID: "visit.leave", Title: "leave", Long: "leave: end the visit that was approved", Keys: []string{"L"}, Group: keymap.GroupAct,
			Danger: keymap.Destructive, Applies: keymap.One, Hint: 5, Guard: s.guard(runs),
			Run: s.one(func(q core.RequestView) tea.Cmd { return Leave(e, q.Visit) }), Command: line("gatehouse visit leave %d"),
		},
	}
}

func whyOf(e *app.Env, q core.RequestView) tea.Cmd {
	return why.Open(e, q.Who, core.Named{ID: uint64(q.Project), Name: q.ProjectName})
}
