package bucket

import (
	"context"
	"fmt"
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
)

// Sharing goes in steps: the type, whom (where people or projects are named), and a card that says what it does.
type (
	// shareAs answers the menu of types.
	shareAs struct {
		bucket core.BucketView
		kind   core.SharingType
	}
	// shareAsked answers the form of targets: they are checked, and this is what the sharing would do.
	shareAsked struct {
		bucket core.BucketView
		in     core.ShareInput
		named  []string
		impact core.SharingImpact
	}
)

// shareMenu asks for the type of a sharing (SB4).
func shareMenu(e *app.Env, id core.BucketID) tea.Cmd {
	d := deskOf(e)
	return d.open(id, core.ProjectShareBuckets, func(v core.BucketView) (card.Card, error) {
		menu := &card.Menu{Heading: "Share " + v.Name + " with", StillThere: d.still(v, core.ProjectShareBuckets)}
		for i, t := range types {
			it := card.Item{Label: t.name, Note: t.note, Answer: shareAs{v, t.id}}
			if v.Share != nil && v.Share.Type == t.id {
				it.Note += "; as it is now"
				menu.Cursor = i
				if t.id == core.ShareProjectMembers || t.id == core.ShareOrganizationMembers {
					it.Disabled = v.Name + " is shared with " + t.name + " already."
				}
			}
			menu.Items = append(menu.Items, it)
		}
		return menu, nil
	})
}

// shareTargets asks whom to share with, where the type names somebody; else it goes on to the card.
func shareTargets(e *app.Env, as shareAs) tea.Cmd {
	d, v := deskOf(e), as.bucket
	in := core.ShareInput{Type: as.kind}
	switch as.kind {
	case core.ShareSelectedProjects:
		return func() tea.Msg {
			return card.Open{Card: d.targetForm(as, &form.Field{
				Name: "projects", Label: "Projects", Value: d.present(v, as.kind), Required: true, Limit: core.TargetsMax * (core.NameMax + 2), Placeholder: "Reports, 12",
				Help: "Names or numbers, with commas between them." + d.examples(v),
			}, func(ctx context.Context, s string) (core.ShareInput, []string, error) {
				var err error
				var named []string
				in := in
				in.Projects, named, err = d.projects(ctx, v, s)
				return in, named, err
			})}
		}
	case core.ShareSelectedUsers:
		return func() tea.Msg {
			return card.Open{Card: d.targetForm(as, &form.Field{
				Name: "users", Label: "People", Value: d.present(v, as.kind), Required: true, Limit: core.TargetsMax * (core.EmailMax + 2), Placeholder: "ana@acme.test, ben@acme.test",
				Help: "Addresses, with commas between them, of people who use a project of " + v.Organization.Name + ".",
			}, func(_ context.Context, s string) (core.ShareInput, []string, error) {
				in := in
				in.Users = split(s)
				return in, in.Users, nil
			})}
		}
	case core.ShareProjectMembers, core.ShareOrganizationMembers:
	}
	return func() tea.Msg {
		impact, err := d.actor.SharingImpact(d.ctx, v.ID, in)
		if err != nil {
			return app.Failed{Err: err}
		}
		return card.Open{Card: d.shareCard(shareAsked{v, in, nil, impact})}
	}
}

// targetForm asks for targets with one field, and goes on with what core says about them.
func (d desk) targetForm(as shareAs, f *form.Field, read func(context.Context, string) (core.ShareInput, []string, error)) card.Card {
	v := as.bucket
	return &form.Form{
		Heading: "Share " + v.Name + " with " + typeName(as.kind), Button: "Go on", Fields: []*form.Field{f},
		StillThere: d.still(v, core.ProjectShareBuckets),
		Send: func(ctx context.Context, got form.Values) (tea.Msg, error) {
			in, named, err := read(ctx, got.Text(f.Name))
			if err != nil {
				return nil, err
			}
			impact, err := d.actor.SharingImpact(ctx, v.ID, in)
			return shareAsked{v, in, named, impact}, err
		},
	}
}

// present is what a field of targets starts with: those of now.
func (d desk) present(v core.BucketView, kind core.SharingType) string {
	if v.Share == nil || v.Share.Type != kind {
		return ""
	}
	var names []string
	for _, t := range v.Share.Projects {
		names = append(names, number(t.ID))
	}
	for _, t := range v.Share.Users {
		names = append(names, t.Name)
	}
	return strings.Join(names, ", ")
}

// examples names projects of the organization that the actor sees, for the help under the field.
func (d desk) examples(v core.BucketView) string {
	const shown = 6
	projects, more, err := rows.First(d.ctx, "", shown, d.of(v))
	if err != nil || len(projects) == 0 {
		return ""
	}
	names := make([]string, 0, shown)
	for _, p := range projects {
		names = append(names, fmt.Sprintf("%s (%d)", p.Name, p.ID))
	}
	if more {
		return " You see " + strings.Join(names, ", ") + " and others; the list of projects (4) has all of them."
	}
	return " You see " + strings.Join(names, ", ") + "."
}

// of lists the projects of the organization of a bucket that the actor sees.
func (d desk) of(v core.BucketView) func(context.Context, core.Query) (core.Page[core.ProjectView], error) {
	return func(ctx context.Context, q core.Query) (core.Page[core.ProjectView], error) {
		return d.actor.Projects(ctx, core.ProjectQuery{Query: q, Organization: core.OrganizationID(v.Organization.ID)})
	}
}

func split(s string) []string {
	var out []string
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == '\n' || r == ';' }) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// projects finds the projects that are named, by number or by name among those of the organization that the actor sees.
func (d desk) projects(ctx context.Context, v core.BucketView, s string) ([]core.ProjectID, []string, error) {
	var ids []core.ProjectID
	var names []string
	for _, said := range split(s) {
		if n, err := strconv.ParseUint(said, 10, 64); err == nil {
			id, name := core.ProjectID(n), "project "+said
			if p, err := d.actor.Project(ctx, id); err == nil {
				name = p.Name
			}
			ids, names = append(ids, id), append(names, name)
			continue
		}
		id, err := d.projectNamed(ctx, v, said)
		if err != nil {
			return nil, nil, err
		}
		ids, names = append(ids, id), append(names, said)
	}
	return ids, names, nil
}

func (d desk) projectNamed(ctx context.Context, v core.BucketView, said string) (core.ProjectID, error) {
	var found []core.ProjectID
	projects, err := rows.All(ctx, rows.Words(said), d.of(v))
	if err != nil {
		return 0, err
	}
	for _, p := range projects {
		if core.Same(p.Name, said) {
			found = append(found, p.ID)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return 0, &core.Error{
			Code: core.CodeNotFound, Reason: core.ReasonNotFound, Field: "projects",
			Message: fmt.Sprintf("You see no project called %q in %s.", said, v.Organization.Name), Next: "Write its number.",
		}
	}
	return 0, &core.Error{
		Code: core.CodeConflict, Reason: core.ReasonAmbiguous, Field: "projects",
		Message: fmt.Sprintf("%q fits several projects.", said), Next: "Write the number.",
	}
}

func shareConfirm(e *app.Env, asked shareAsked) tea.Cmd { return card.Show(deskOf(e).shareCard(asked)) }

// shareCard says what a sharing does, which links it leaves uncovered (SB7), and asks.
func (d desk) shareCard(asked shareAsked) card.Card {
	v, in := asked.bucket, asked.in
	to := typeName(in.Type)
	c := &card.Confirm{
		Heading: "Share " + v.Name + " with " + to + "?", Danger: keymap.Heavy, OnCancel: true, Targets: asked.named, StillThere: d.still(v, core.ProjectShareBuckets),
		Facts: [][2]string{{"Project", v.Project.Name + " (" + v.Organization.Name + ")"}, {"Now", shared(v).Text}},
		Body:  []string{finds(in.Type, v.Organization.Name) + " and can link it, read-only."},
	}
	if v.Links > 0 {
		c.Facts = append(c.Facts, [2]string{"Linked in", unit.Count(v.Links, "project")})
	}
	if n := asked.impact.Total; n > 0 {
		var names []string
		for _, l := range asked.impact.Uncovered {
			names = append(names, l.Project.Name)
		}
		if more := n - len(names); more > 0 {
			names = append(names, fmt.Sprintf("%d more", more))
		}
		c.Body = append(c.Body, "Not covered any more, but still readable, and flagged: "+unit.Count(n, "link")+" in "+strings.Join(names, ", ")+".")
	}
	c.Buttons = []card.Button{{Label: "Share", Run: func(ctx context.Context) (tea.Msg, error) {
		_, err := d.actor.ShareBucket(ctx, v.ID, v.Version, in)
		return unit.Done{Text: v.Name + " is shared with " + to + "."}, err
	}}}
	return c
}

// finds says who finds a bucket of that sharing, and where (SB4).
func finds(t core.SharingType, organization string) string {
	switch t {
	case core.ShareOrganizationMembers:
		return "Members of " + organization + " find it in the catalog of the projects they use"
	case core.ShareSelectedProjects:
		return "Users of these projects find it in the catalog there"
	case core.ShareSelectedUsers:
		return "These people find it in the catalog of the projects they use"
	case core.ShareProjectMembers:
	}
	return "Any user of any project of " + organization + " finds it in the catalog there"
}
