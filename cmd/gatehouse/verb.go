package main

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

// work is what a verb does as somebody.
type work func(ctx context.Context, a *core.Actor, args []string) error

// acting opens the house, finds who acts, and runs the work.
func (m *Main) acting(do work) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		a, err := m.actor(cmd.Context())
		if err != nil {
			return err
		}
		return do(cmd.Context(), a.Noting(&m.taken), args)
	}
}

// owning runs work that needs no account: at the local console the house file belongs to whoever can write it (AC2).
func (m *Main) owning(do func(ctx context.Context, h *core.House, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if m.remote != nil { // consoleOnly has better words for each
			return atConsole(cmd, "Ask who runs the server.")
		}
		h, err := m.house(cmd.Context())
		if err != nil {
			return err
		}
		return do(cmd.Context(), h, args)
	}
}

// overseeing runs work on the whole house: as the owner of its file, for whom a is nil, unless --as names an account;
// over SSH always as the account of the session. The account that config.toml remembers does not count as named: it
// would need MFA of its own (AC23), and who may write the file needs no account (AC2).
func (m *Main) overseeing(do func(ctx context.Context, h *core.House, a *core.Actor, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		ctx := cmd.Context()
		h, err := m.house(ctx)
		if err != nil {
			return err
		}
		var a *core.Actor
		if m.remote != nil || m.given.As != "" && !m.given.Remembered {
			if a, err = m.actor(ctx); err != nil {
				return err
			}
		}
		return do(ctx, h, a, args)
	}
}

// fetcher gives one window of a list.
type fetcher[T any] func(core.Query) (core.Page[T], error)

// asList makes a list verb of cmd: its flags, and a run that prints the page they ask for. sorts are what --sort takes;
// open is called once and resolves what else the flags of cmd say.
func asList[T any](
	m *Main, cmd *cobra.Command, sorts []string, columns []column[T], open func(ctx context.Context, a *core.Actor) (fetcher[T], error),
) *cobra.Command {
	asked := listingFlags(cmd, sorts...)
	if cmd.Args == nil {
		cmd.Args = arguments(0, 0)
	}
	cmd.RunE = m.acting(func(ctx context.Context, a *core.Actor, _ []string) error {
		l, err := asked()
		if err != nil {
			return err
		}
		fetch, err := open(ctx, a)
		if err != nil {
			return err
		}
		p, err := collect(l, func(after string, limit int) (page[T], error) {
			p, err := fetch(core.Query{Filter: l.Filter, Sort: l.Sort, Desc: l.Desc, After: after, Limit: limit})
			return page[T]{Items: p.Items, Total: p.Total, Next: p.Next}, err
		})
		if err != nil {
			return asFlag(err)
		}
		return printPage(m, p, columns)
	})
	return cmd
}

// asFlag names the flag where core names what a list was asked with.
func asFlag(err error) error {
	var known *core.Error
	if !errors.As(err, &known) || known.Field == "" || !strings.HasPrefix(known.Message, known.Field+" ") {
		return err
	}
	said := *known
	said.Message = "--" + said.Message
	return &said
}

// simply is for lists that need nothing but the query.
func simply[T any](list func(*core.Actor, context.Context, core.Query) (core.Page[T], error)) func(context.Context, *core.Actor) (fetcher[T], error) {
	return func(ctx context.Context, a *core.Actor) (fetcher[T], error) {
		return func(q core.Query) (core.Page[T], error) { return list(a, ctx, q) }, nil
	}
}

// held serves a list that a use case gives whole: few rows, in the one order that they have. texts are what a filter
// looks at.
func held[T any](all []T, texts func(T) []string) fetcher[T] {
	return func(q core.Query) (core.Page[T], error) {
		p := core.Page[T]{Items: []T{}, Total: len(all)}
		if q.Filter != "" {
			p.Total = core.Uncounted
		}
		rows := slices.Clone(all)
		if q.Desc {
			slices.Reverse(rows)
		}
		from := 0
		if q.After != "" {
			var err error
			if from, err = strconv.Atoi(q.After); err != nil || from < 1 || from >= len(all) {
				return p, invalidValue("--after", "the next of a page of this list")
			}
		}
		for i, row := range rows[from:] {
			fits, err := core.Matches(q.Filter, texts(row)...)
			if err != nil {
				return p, err
			}
			if fits && len(p.Items) == q.Limit {
				p.Next = strconv.Itoa(from + i)
				break
			}
			if fits {
				p.Items = append(p.Items, row)
			}
		}
		return p, nil
	}
}

// entryFlags are the terms of a staff join, request or extension: --reason or --ticket, with --for or --until.
type entryFlags struct{ reason, length, until, ticket string }

func addEntryFlags(cmd *cobra.Command) *entryFlags {
	e := &entryFlags{}
	cmd.Flags().StringVar(&e.reason, "reason", "", "why you come in: `R`, "+core.Characters(core.ReasonMin, core.ReasonMax))
	e.addTerm(cmd)
	return e
}

// addTicket takes a ticket of the project that is entered, which stands for a reason (ST9).
func (e *entryFlags) addTicket(cmd *cobra.Command) {
	cmd.Flags().StringVar(&e.ticket, "ticket", "", "the open ticket `N` of the project that it is about; it may stand for the reason")
}

func (e *entryFlags) addTerm(cmd *cobra.Command) {
	cmd.Flags().StringVar(&e.length, "for", "", "for how long: `D` such as 4h, from the moment of entering")
	cmd.Flags().StringVar(&e.until, "until", "", "until when: a moment `T`")
	cmd.MarkFlagsMutuallyExclusive("for", "until")
}

func (e *entryFlags) given() bool { return *e != entryFlags{} }

// term reads --for and --until; nothing given is the zero term, and what is allowed is for core to say.
func (e *entryFlags) term() (core.Term, error) {
	var t core.Term
	if e.length != "" {
		l, err := parseLength("--for", e.length)
		if err != nil {
			return t, err
		}
		t.For = l
	}
	if e.until != "" {
		at, err := parseMoment("--until", e.until)
		if err != nil {
			return t, err
		}
		t.Until = at
	}
	return t, nil
}

func (e *entryFlags) entry(m *Main) (core.Entry, error) {
	term, err := e.term()
	if err != nil {
		return core.Entry{}, err
	}
	out := core.Entry{Term: term}
	if e.ticket != "" {
		if out.Ticket, err = parseID[core.TicketID]("--ticket", e.ticket); err != nil {
			return out, err
		}
	}
	out.Reason, err = m.readText("--reason", e.reason)
	return out, err
}

// optionalMoment reads a flag that may be left out.
func optionalMoment(name, value string) (core.Moment, error) {
	if value == "" {
		return 0, nil
	}
	return parseMoment(name, value)
}

// Words for tables. JSON has the values themselves.

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// onOffUnknown is for what the reader may not see (S31).
func onOffUnknown(on *bool) string {
	if on == nil {
		return "-"
	}
	return onOff(*on)
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func orNever(at core.Moment) string {
	if at == 0 {
		return "never"
	}
	return at.String()
}

func momentOrDash(at core.Moment) string { return orDash(at.String()) }

func termText(t core.Term) string {
	switch {
	case t.Until != 0:
		return "until " + t.Until.String()
	case t.For != 0:
		return t.For.String()
	}
	return "-"
}

func hoursText(hours int) string { return core.Minutes(time.Duration(hours) * time.Hour).String() }

func number[N ~int | ~uint64](n N) string { return strconv.FormatInt(int64(n), 10) }

// usersText shows users beside the soft limit, flagged where it is exceeded (P16).
func usersText(users, limit int) string {
	s := number(users) + " / " + number(limit)
	if users > limit {
		s += " !"
	}
	return s
}

func unitText(u core.Unit) string { return u.String() }

// plural writes "1 user", "3 users".
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return number(n) + " " + thing + "s"
}

// sentence joins parts with commas and "and".
func sentence(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}
