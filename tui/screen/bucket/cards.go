package bucket

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen/unit"
)

// desk is what cards are made with, captured when they are asked for: they are built beside the interface.
type desk struct {
	ctx   context.Context
	actor *core.Actor
}

func deskOf(e *app.Env) desk { return desk{ctx: e.Ctx(), actor: e.Session.Actor} }

// read gives a bucket that the actor has a right on in its own project, or why not.
func (d desk) read(ctx context.Context, id core.BucketID, right core.Right) (core.BucketView, error) {
	v, err := d.actor.Bucket(ctx, id)
	if err != nil {
		return v, err
	}
	may, err := d.actor.Permissions(ctx, core.ProjectID(v.Project.ID).Ref())
	if err != nil {
		return v, err
	}
	if refused := may[right]; refused != nil {
		return v, refused
	}
	return v, nil
}

// open reads a bucket and opens the card that is made of it; what stands in the way is told instead.
func (d desk) open(id core.BucketID, right core.Right, make func(core.BucketView) (card.Card, error)) tea.Cmd {
	return func() tea.Msg {
		v, err := d.read(d.ctx, id, right)
		if err != nil {
			return app.Failed{Err: err}
		}
		c, err := make(v)
		if err != nil {
			return app.Failed{Err: err}
		}
		return card.Open{Card: c}
	}
}

// still closes a card when the bucket changed meanwhile, or the actor may no longer do it (behaviour 3).
func (d desk) still(v core.BucketView, right core.Right) func(context.Context) error {
	return func(ctx context.Context) error {
		now, err := d.read(ctx, v.ID, right)
		if err == nil && now.Version != v.Version {
			err = &core.Error{
				Code: core.CodeConflict, Reason: core.ReasonStale, Subject: v.ID.Ref(),
				Message: now.Name + " was changed while you were looking.", Next: "Look at it again, then decide.",
			}
		}
		return err
	}
}

// take carries out the answers of the cards of this package and reports whether it was one.
func take(e *app.Env, msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case shareAs:
		return shareTargets(e, msg), true
	case shareAsked:
		return shareConfirm(e, msg), true
	}
	return unit.Take(msg)
}

func fields(v core.BucketView) []*form.Field {
	name := &form.Field{Name: "name", Label: "Name", Value: v.Name, Required: true, Limit: core.NameMax, Help: core.Characters(1, core.NameMax) + ", unlike every bucket and link of the project."}
	text := &form.Field{Name: "description", Label: "Description", Kind: form.Note, Value: v.Description, Limit: core.NoteMax, Help: "What is in it. Links show it too."}
	owner := &form.Field{Name: "owner", Label: "Owner", Value: v.Owner.Email, Limit: core.EmailMax, Help: "Address of a user of the project or an administrator."}
	return []*form.Field{name, text, owner}
}

// createCard asks for a new bucket.
func createCard(e *app.Env, project core.ProjectID) tea.Cmd {
	d := unit.DeskOf(e)
	may := func(h *unit.Head) error { return h.May(core.ProjectBuckets) }
	return d.Open(project.Ref(), may, func(h *unit.Head) (card.Card, error) {
		f := &form.Form{
			Heading: "New bucket in " + h.Name(), Button: "Create", StillThere: d.Still(h.Ref, 0, may),
			Fields: fields(core.BucketView{}),
			Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
				b, err := d.Actor.CreateBucket(ctx, project, core.BucketInput{
					Name: v.Text("name"), Description: v.Text("description"), Owner: v.Text("owner"),
				})
				return unit.Done{Text: "Created " + b.Name + "."}, err
			},
		}
		f.Fields[2].Help += " Empty means you."
		return f, nil
	})
}

// editCard asks for another name, description or owner.
func editCard(e *app.Env, id core.BucketID) tea.Cmd {
	d := deskOf(e)
	return d.open(id, core.ProjectBuckets, func(v core.BucketView) (card.Card, error) {
		f := &form.Form{
			Heading: "Edit " + v.Name, Button: "Save", Fields: fields(v), StillThere: d.still(v, core.ProjectBuckets),
			Send: func(ctx context.Context, got form.Values) (tea.Msg, error) {
				name, said, who := got.Text("name"), got.Text("description"), got.Text("owner")
				patch := core.BucketPatch{Name: &name, Description: &said}
				if who != v.Owner.Email {
					patch.Owner = &who
				}
				b, err := d.actor.SetBucket(ctx, id, v.Version, patch)
				return unit.Done{Text: "Saved " + b.Name + "."}, err
			},
		}
		if v.Links > 0 {
			f.Intro = []string{"It is linked in " + unit.Count(v.Links, "project") + "; they show the new description and owner at once, under their own names."}
		}
		return f, nil
	})
}

// linkedNames are the first projects that link a bucket, for the card that cannot go on before they are gone.
func (d desk) linkedNames(v core.BucketView) ([]string, error) {
	page, err := d.actor.BucketLinks(d.ctx, v.ID, core.Query{Limit: 5})
	if err != nil {
		return nil, err
	}
	var names []string
	for _, l := range page.Items {
		names = append(names, l.Project.Name)
	}
	switch more := page.Total - len(names); {
	case page.Total < 0:
		names = append(names, "others")
	case more > 0:
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return names, nil
}

// stillLinked refuses what a link keeps from being done (SB9), and says where to go on.
func (d desk) stillLinked(v core.BucketView) error {
	if v.Links == 0 {
		return nil
	}
	names, err := d.linkedNames(v)
	if err != nil {
		return err
	}
	return &core.Error{
		Code: core.CodeConflict, Reason: core.ReasonHasLinks, Subject: v.ID.Ref(),
		Message: v.Name + " is linked in " + strings.Join(names, ", ") + ".", Next: "Unlink it there, or open it (enter) and force it with x, first.",
	}
}

// deleteCard shows what goes with a bucket and asks for its name. back leaves the page of the bucket.
func deleteCard(e *app.Env, id core.BucketID, back bool) tea.Cmd {
	d := deskOf(e)
	return d.open(id, core.ProjectBuckets, func(v core.BucketView) (card.Card, error) {
		if err := d.stillLinked(v); err != nil {
			return nil, err
		}
		body := []string{"What is in it goes for good. There is no restore. Take out what you still need first."}
		if v.Share != nil {
			body = append(body, "Its sharing ends: it leaves the catalogs of the other projects.")
		}
		return &card.Confirm{
			Heading: "Delete " + v.Name + "?", Danger: keymap.Destructive, Type: v.Name, Body: body, StillThere: d.still(v, core.ProjectBuckets),
			Facts: facts(v),
			Buttons: []card.Button{{Label: "Delete", Run: func(ctx context.Context) (tea.Msg, error) {
				return unit.Done{Text: "Deleted " + v.Name + ".", Back: back}, d.actor.DeleteBucket(ctx, id, v.Version)
			}}},
		}, nil
	})
}

func facts(v core.BucketView) [][2]string {
	return [][2]string{
		{"Project", v.Project.Name + " (" + v.Organization.Name + ")"},
		{"Owner", owner(v).Text},
		{"Shared with", shared(v).Text},
		{"Linked in", unit.Count(v.Links, "project")},
	}
}

// unshareCard asks whether to stop sharing a bucket.
func unshareCard(e *app.Env, id core.BucketID) tea.Cmd {
	d := deskOf(e)
	return d.open(id, core.ProjectShareBuckets, func(v core.BucketView) (card.Card, error) {
		if err := d.stillLinked(v); err != nil {
			return nil, err
		}
		return &card.Confirm{
			Heading: "Stop sharing " + v.Name + "?", Danger: keymap.Heavy, Facts: facts(v), StillThere: d.still(v, core.ProjectShareBuckets),
			Body: []string{"It leaves the catalogs of the other projects, and nobody can link it. It is linked nowhere now, so nobody loses anything."},
			Buttons: []card.Button{{Label: "Stop sharing", Run: func(ctx context.Context) (tea.Msg, error) {
				_, err := d.actor.UnshareBucket(ctx, id, v.Version)
				return unit.Done{Text: v.Name + " is not shared any more."}, err
			}}},
		}, nil
	})
}

// linkCard asks for the name of a new link. The row is what the catalog knows.
func linkCard(e *app.Env, v core.BucketView, project core.ProjectID, into string) tea.Cmd {
	d := deskOf(e)
	return card.Show(&form.Form{
		Heading: "Link " + v.Name, Button: "Link",
		Intro: []string{into + " gets a read-only link to " + v.Name + " of " + v.Project.Name + ". Every user of " + into + " can read it."},
		Fields: []*form.Field{{
			Name: "name", Label: "Name here", Value: v.Name, Required: true, Limit: core.NameMax, Help: "Unlike every bucket and link of " + into + ".",
		}},
		Send: func(ctx context.Context, got form.Values) (tea.Msg, error) {
			l, err := d.actor.LinkBucket(ctx, v.ID, project, got.Text("name"))
			return unit.Done{Text: "Linked " + v.Name + " as " + l.Name + "."}, err
		},
	})
}

// unlinkCard asks whether to take a link out of its project.
func unlinkCard(e *app.Env, v core.BucketView, project core.ProjectID) tea.Cmd {
	d, l := deskOf(e), *v.Link
	body := "Users of " + l.Project.Name + " cannot read it any more. The bucket itself stays in " + v.Project.Name + "."
	if l.Uncovered {
		body += " It is no longer shared with you in a way that lets you link it again."
	} else {
		body += " It can be linked again from the catalog."
	}
	return card.Show(&card.Confirm{
		Heading: "Unlink " + l.Name + "?", Danger: keymap.Destructive, Body: []string{body},
		Facts: [][2]string{{"Bucket", v.Name + " of " + v.Project.Name}, {"Linked by", l.By.Label()}},
		StillThere: func(ctx context.Context) error {
			_, err := d.actor.Bucket(ctx, v.ID)
			return err
		},
		Buttons: []card.Button{{Label: "Unlink", Run: func(ctx context.Context) (tea.Msg, error) {
			return unit.Done{Text: "Unlinked " + l.Name + "."}, d.actor.UnlinkBucket(ctx, v.ID, project)
		}}},
	})
}

// forceCard names the projects that lose a bucket, and asks (SB10).
func forceCard(e *app.Env, v core.BucketView, links []core.LinkView) tea.Cmd {
	d := deskOf(e)
	body := []string{"They lose it at once, without being asked. Their activity shows that you took it."}
	if len(links) == 1 {
		l := links[0]
		return card.Show(&card.Confirm{
			Heading: "Unlink " + v.Name + " in " + l.Project.Name + " by force?", Danger: keymap.Destructive, StillThere: d.still(v, core.ProjectShareBuckets),
			Facts: [][2]string{{"Project", l.Project.Name}, {"Linked as", l.Name}, {"Linked by", l.By.Label()}},
			Body:  []string{"The users of " + l.Project.Name + " lose it at once, without being asked. Their activity shows that you took it."},
			Buttons: []card.Button{{Label: "Unlink by force", Run: func(ctx context.Context) (tea.Msg, error) {
				return unit.Done{Text: "Unlinked " + v.Name + " in " + l.Project.Name + "."}, d.actor.ForceUnlink(ctx, v.ID, core.ProjectID(l.Project.ID))
			}}},
		})
	}
	c := &card.Bulk{
		Heading: "Unlink " + v.Name + " in " + card.Counted + " by force?", Noun: "project", Nouns: "projects",
		Danger: keymap.Destructive, Body: body,
		Verb: "Unlink by force", Done: "unlinked", StillThere: d.still(v, core.ProjectShareBuckets),
	}
	c.Does(d.actor, func(ctx context.Context, a *core.Actor, id string) error {
		return a.ForceUnlink(ctx, v.ID, core.ProjectID(parse(id)))
	})
	for _, l := range links {
		c.Rows = append(c.Rows, card.BulkRow{ID: number(l.Project.ID), Label: l.Project.Name, Note: "linked as " + l.Name + " by " + l.By.Label()})
	}
	return card.Show(c)
}
