package ticket

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/text"
)

// Draft is what a new ticket starts with. Everything but Restore can be changed in the form.
type Draft struct {
	// Project is what it is about; 0 lets the form ask.
	Project     core.ProjectID
	ProjectName string
	Kind        core.TicketKind
	Priority    core.TicketPriority
	Subject     string
	Body        string
	// Intro stands above the form.
	Intro []string
}

// LimitIncrease is the ticket that a project over its user limit asks for (P16).
func LimitIncrease(p core.ProjectView) Draft {
	return Draft{
		Project: p.ID, ProjectName: p.Name, Kind: core.TicketLimitIncrease,
		Subject: fmt.Sprintf("Raise the user limit of %s", brief(p.Name)),
		Body:    fmt.Sprintf("%s has %d users, and a limit of %d.\nPlease raise the limit to ", p.Name, p.Users, p.UserLimit),
	}
}

// Restore is the ticket by which an administrator asks for a deleted project (ST4).
func Restore(p core.ProjectView) Draft {
	return Draft{
		Project: p.ID, ProjectName: p.Name, Kind: core.TicketRestore,
		Subject: fmt.Sprintf("Restore %s", brief(p.Name)),
		Body:    fmt.Sprintf("Please restore project %d, %s. It was deleted on %s.\n", p.ID, p.Name, text.Exact(p.Deleted.Time())),
		Intro:   []string{"Support can restore " + p.Name + " until " + text.Exact(p.PurgeAt.Time()) + "."},
	}
}

// brief keeps a name from filling a subject.
func brief(name string) string {
	if r := []rune(name); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return name
}

// Open asks for a ticket. It reads beside the interface which projects can be chosen; without one it says why not.
func Open(e *app.Env, d Draft) tea.Cmd { return show(deskOf(e), d) }

func show(k desk, d Draft) tea.Cmd {
	return func() tea.Msg {
		f, err := k.form(d)
		if err != nil {
			return app.Failed{Err: err}
		}
		return card.Open{Card: f}
	}
}

// choices is how many projects the form lists; beyond that it asks for the number or name.
const choices = 500

func (k desk) form(d Draft) (*form.Form, error) {
	f := &form.Form{Heading: "New ticket about " + d.ProjectName, Intro: d.Intro, Button: "Open ticket"}
	if d.Project == 0 {
		projects, err := k.projects(k.ctx, "")
		if err != nil {
			return nil, err
		}
		f.Heading, f.Fields = "New ticket", append(f.Fields, projectField(projects))
	}
	f.Fields = append(f.Fields, &form.Field{
		Name: "subject", Label: "Subject", Value: clip(d.Subject, core.TicketSubjectMax), Required: true, Limit: core.TicketSubjectMax, Help: "One line, " + core.Characters(core.TicketSubjectMin, core.TicketSubjectMax) + ".",
	})
	body := textField("Text", "The members of the maintainer read it, and everybody who sees the project.")
	body.Name, body.Value = "body", clip(d.Body, core.LongTextMax)
	f.Fields = append(f.Fields, body)
	if d.Kind != core.TicketRestore {
		f.Fields = append(f.Fields, kindField(d.Kind))
	}
	f.Fields = append(f.Fields, priorityField(d.Priority))
	f.Send = func(ctx context.Context, v form.Values) (tea.Msg, error) {
		id := d.Project
		if id == 0 {
			var err error
			if id, err = k.chosen(ctx, v); err != nil {
				return nil, err
			}
		}
		kind := d.Kind
		if kind != core.TicketRestore {
			kind = core.TicketKind(v["kind"])
		}
		t, err := k.actor.OpenTicket(ctx, id, core.TicketInput{
			Kind: kind, Priority: core.TicketPriority(v["priority"]), Subject: v.Text("subject"), Body: v.Text("body"),
		})
		if err != nil {
			return nil, err
		}
		return unit.Done{Text: fmt.Sprintf("Opened ticket %d. Its maintainer was told.", t.ID), Page: Page(t.ID)}, nil
	}
	return f, nil
}

// clip keeps what a form starts with inside its limit.
func clip(s string, limit int) string {
	if r := []rune(s); len(r) > limit {
		return string(r[:limit-1]) + "…"
	}
	return s
}

func kindField(kind core.TicketKind) *form.Field {
	if kind == "" {
		kind = core.TicketQuestion
	}
	return &form.Field{Name: "kind", Label: "Kind", Kind: form.Choice, Value: string(kind), Options: []form.Option{
		{Value: string(core.TicketQuestion), Label: "question"},
		{Value: string(core.TicketError), Label: "error"},
		{Value: string(core.TicketLimitIncrease), Label: "limit increase"},
	}}
}

func priorityField(p core.TicketPriority) *form.Field {
	if p == "" {
		p = core.PriorityNormal
	}
	return &form.Field{Name: "priority", Label: "Priority", Kind: form.Choice, Value: string(p), Options: []form.Option{
		{Value: string(core.PriorityLow), Label: "low"},
		{Value: string(core.PriorityNormal), Label: "normal"},
		{Value: string(core.PriorityHigh), Label: "high"},
	}}
}

// projects lists the projects that the actor uses, at most one more than can be chosen from.
func (k desk) projects(ctx context.Context, filter string) ([]core.ProjectView, error) {
	me, err := k.actor.Me(ctx)
	if err != nil {
		return nil, err
	}
	used, _, err := rows.First(ctx, filter, choices+1, func(ctx context.Context, q core.Query) (core.Page[core.ProjectView], error) {
		return k.actor.Projects(ctx, core.ProjectQuery{Query: q, User: me.Email})
	})
	return slices.DeleteFunc(used, func(p core.ProjectView) bool { return p.State != core.ProjectActive || !k.opens(p.ID) }), err
}

// opens reports whether a ticket can be opened from the project: who is locked out by MFA cannot (S15).
func (k desk) opens(id core.ProjectID) bool {
	may, err := k.actor.Permissions(k.ctx, id.Ref())
	return err != nil || may[core.ProjectTicket] == nil
}

const fieldProject = "project"

func projectField(projects []core.ProjectView) *form.Field {
	f := &form.Field{Name: fieldProject, Label: "Project", Kind: form.Choice}
	if n := len(projects); n == 0 || n > choices {
		f.Kind, f.Required = form.Text, true
		f.Help = "Number or name of a project that you use. Tickets are opened from within a project."
		return f
	}
	for _, p := range projects {
		f.Options = append(f.Options, form.Option{Value: number(uint64(p.ID)), Label: p.Name, Note: "of " + p.Organization.Name})
	}
	return f
}

// chosen reads what the form says about the project: its number, or its name where that fits one.
func (k desk) chosen(ctx context.Context, v form.Values) (core.ProjectID, error) {
	said := v.Text(fieldProject)
	if n, err := strconv.ParseUint(said, 10, 64); err == nil {
		return core.ProjectID(n), nil
	}
	projects, err := k.projects(ctx, rows.Words(said))
	if err != nil {
		return 0, err
	}
	var fits []core.ProjectView
	for _, p := range projects {
		if core.Same(p.Name, said) {
			fits = append(fits, p)
		}
	}
	switch len(fits) {
	case 1:
		return fits[0].ID, nil
	case 0:
		return 0, &core.Error{
			Code: core.CodeNotFound, Reason: core.ReasonNotFound, Field: fieldProject,
			Message: fmt.Sprintf("You use no project called %q.", said), Next: "Write its number; it stands in the list of projects (4).",
		}
	}
	return 0, &core.Error{
		Code: core.CodeConflict, Reason: core.ReasonAmbiguous, Field: fieldProject,
		Message: fmt.Sprintf("%q fits several projects.", said), Next: "Write the number.",
	}
}

// Report makes a ticket out of an error (ST2): kind error, with what was tried, what was answered, and about what. The
// project is that of the error where there is one.
func Report(ctx context.Context, actor *core.Actor, err error, where string) tea.Cmd {
	k := desk{ctx: ctx, actor: actor}
	d := Draft{Kind: core.TicketError}
	var disabled keymap.Disabled
	if errors.As(err, &disabled) {
		d.Subject, d.Body = clip(string(disabled), 120), string(disabled)+"\n"
		return show(k, d)
	}
	e := core.AsError(err)
	d.Subject = clip(strings.TrimSuffix(e.Message, "."), 120)
	d.Body = reported(e, where)
	return func() tea.Msg {
		if id, name := k.projectOf(e.Subject); id != 0 {
			d.Project, d.ProjectName = id, name
		}
		return show(k, d)()
	}
}

// reported writes an error for who is to help. Its cause is for the log only.
func reported(e *core.Error, where string) string {
	var b strings.Builder
	line := func(label, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", label, value)
		}
	}
	line("Message", e.Message)
	line("Next step", e.Next)
	line("Reason", string(e.Reason))
	line("Operation", e.Op)
	if !e.Subject.IsZero() {
		line("About", e.Subject.String())
	}
	line("Field", e.Field)
	line("Page", where)
	b.WriteString("\nWhat I wanted to do: ")
	return b.String()
}

// projectOf gives the project that an error is about, where the actor may open a ticket from it.
func (k desk) projectOf(ref core.Ref) (core.ProjectID, string) {
	var id core.ProjectID
	switch ref.Kind {
	case core.KindProject:
		id = core.ProjectID(ref.ID)
	case core.KindRequest:
		if q, err := k.actor.Request(k.ctx, core.RequestID(ref.ID)); err == nil {
			id = q.Project
		}
	case core.KindVisit:
		if v, err := k.actor.Visit(k.ctx, core.VisitID(ref.ID)); err == nil && v.Unit.Kind == core.KindProject {
			id = core.ProjectID(v.Unit.ID)
		}
	case core.KindTicket:
		if t, err := k.actor.Ticket(k.ctx, core.TicketID(ref.ID)); err == nil {
			id = t.Project
		}
	default:
	}
	if id == 0 {
		return 0, ""
	}
	may, err := k.actor.Permissions(k.ctx, id.Ref())
	if err != nil || may[core.ProjectTicket] != nil {
		return 0, ""
	}
	p, err := k.actor.Project(k.ctx, id)
	if err != nil {
		return 0, ""
	}
	return id, p.Name
}
