package project

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
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/setting"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/screen/why"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// newSettings makes the tab: name for full-role users and administrators, the rest for Support only, shown to all with
// who can (P10).
func newSettings(e *app.Env, ref core.Unit) *setting.Page {
	var p *setting.Page
	p = setting.NewPage(e, ref, &keymap.Action{
		ID: "project.why", Title: "why", Long: "why you can or cannot enter", Keys: []string{"W"}, Group: keymap.GroupAct, Hint: 33,
		Run:     func() tea.Cmd { return why.Me(e, core.Named{ID: ref.ID, Name: p.Head.Name()}) },
		Command: func() string { return why.Command(core.Person{Email: e.Session.Person}, core.ProjectID(ref.ID)) },
	})
	b := board{Page: p, set: fmt.Sprintf("gatehouse project set %d ", ref.ID)}
	p.Items = []setting.Item{b.name(), b.template(), b.expiry(), b.price(), b.limit(), b.disabled(), b.about()}
	return p
}

// board makes the items of the page.
type board struct {
	*setting.Page
	set string // the verb that changes most of them
}

func (b board) record() *core.ProjectView { return &b.Head.Project }

func plain(s string) theme.Span { return theme.Span{Text: s} }

func (b board) name() setting.Item {
	return setting.Item{
		Label: "Name", Value: func() theme.Span { return plain(b.record().Name) }, May: b.Head.MayRename,
		Change: func() tea.Cmd { return unit.Rename(b.Env, b.Head.Ref) }, Command: func() string { return unit.RenameCommand(b.Head.Ref) },
	}
}

func (b board) template() setting.Item {
	return setting.Item{
		Label: "Template", Value: func() theme.Span { return plain(b.record().Template) }, May: b.May(core.ProjectAdminister),
		About: func() []string {
			return []string{"Its users have one of the roles " + roleNames(b.record().RoleSet) + "."}
		},
		Change: b.change("Template", func(d unit.Desk, h *unit.Head) ([]*form.Field, []string, error) {
			all, err := d.Actor.Templates(d.Ctx)
			f := &form.Field{Name: "template", Label: "Template", Kind: form.Choice, Value: h.Project.Template}
			for _, t := range all {
				o := form.Option{Value: t.ID, Label: t.ID}
				if t.RoleSet != h.Project.RoleSet {
					o.Disabled = t.ID + " uses other roles than " + h.Project.Name + ". Create a new project instead."
				}
				f.Options = append(f.Options, o)
			}
			f.Describe = func(v string, _ form.Values) string { return templateText(all, v) }
			return []*form.Field{f}, []string{"Expiry, price label and user limit stay as they are."}, err
		}, func(v form.Values, _ unit.Desk) (core.ProjectPatch, error) {
			id := v["template"]
			return core.ProjectPatch{Template: &id}, nil
		}),
		Command: func() string { return b.set + "--template TEMPLATE" },
	}
}

func (b board) expiry() setting.Item {
	return setting.Item{
		Label: "Expires", Value: func() theme.Span {
			s := cell.Expires(b.Env.Look(), b.record().Expires, b.Env.Now())
			if b.record().Expires != 0 {
				flag := strings.TrimPrefix(s.Text, cell.Ends(b.record().Expires, b.Env.Now()).Text)
				s.Text = cell.Exact(b.record().Expires, b.Env.Now()) + flag
			}
			return s
		}, May: b.May(core.ProjectAdminister),
		About: func() []string {
			if b.record().Expires == 0 {
				return []string{"It stays until somebody deletes it."}
			}
			return []string{"It is deleted then, and can be restored for 60 days. Full-role users and administrators are told 7 days before."}
		},
		Change: b.change("Expiry", func(d unit.Desk, h *unit.Head) ([]*form.Field, []string, error) {
			value := ""
			if h.Project.Expires != 0 {
				value = h.Project.Expires.Time().Format("2006-01-02T15:04")
			}
			return []*form.Field{unit.ExpiryField(d, value)}, nil, nil
		}, func(v form.Values, d unit.Desk) (core.ProjectPatch, error) {
			at, err := unit.ParseExpiry(v.Text(unit.FieldExpires), d)
			return core.ProjectPatch{Expires: &at}, err
		}),
		Command: func() string { return b.set + "--expires 2026-12-01" },
	}
}

func (b board) price() setting.Item {
	return setting.Item{
		Label: "Price label", Value: func() theme.Span { return plain(priceLabel(b.record().PriceLabel)) }, May: b.May(core.ProjectAdminister),
		Change: b.change("Price label", func(_ unit.Desk, h *unit.Head) ([]*form.Field, []string, error) {
			return []*form.Field{{
				Name: "price label", Label: "Price label", Value: h.Project.PriceLabel, Limit: core.PriceLabelMax,
				Help: "Empty shows as none; " + core.Characters(0, core.PriceLabelMax) + ".",
			}}, nil, nil
		}, func(v form.Values, _ unit.Desk) (core.ProjectPatch, error) {
			label := v.Text("price label")
			return core.ProjectPatch{PriceLabel: &label}, nil
		}),
		Command: func() string { return b.set + "--price-label TEXT" },
	}
}

func (b board) limit() setting.Item {
	return setting.Item{
		Label: "User limit", Value: func() theme.Span { return cell.Users(b.Env.Look(), b.record().Users, b.record().UserLimit) },
		May: b.May(core.ProjectAdminister),
		About: func() []string {
			if b.record().Over {
				return []string{"More users than the limit. Nothing is blocked; Support can raise it."}
			}
			return []string{"Exceeding it blocks nothing. Visitors, Support, invited people and those who enter by role do not count."}
		},
		Change: b.change("User limit", func(_ unit.Desk, h *unit.Head) ([]*form.Field, []string, error) {
			return []*form.Field{{
				Name: "user limit", Label: "User limit", Value: strconv.Itoa(h.Project.UserLimit), Required: true, Limit: 6, Help: "1 to " + strconv.Itoa(core.UserLimitMax) + ".",
				Check: func(v string, _ form.Values) string {
					if _, err := strconv.Atoi(v); err != nil {
						return "Give a whole number from 1 to " + strconv.Itoa(core.UserLimitMax) + "."
					}
					return ""
				},
				Describe: func(v string, _ form.Values) string {
					if n, err := strconv.Atoi(v); err == nil && n < h.Project.Users {
						return fmt.Sprintf("%d users are in it now. Nothing is blocked.", h.Project.Users)
					}
					return ""
				},
			}}, nil, nil
		}, func(v form.Values, _ unit.Desk) (core.ProjectPatch, error) {
			n, err := strconv.Atoi(v.Text("user limit"))
			return core.ProjectPatch{UserLimit: &n}, err
		}),
		Command: func() string { return b.set + "--user-limit N" },
	}
}

// change opens a form about one field of the project; patch makes the change out of it.
func (b board) change(what string, fields func(unit.Desk, *unit.Head) ([]*form.Field, []string, error),
	patch func(form.Values, unit.Desk) (core.ProjectPatch, error),
) func() tea.Cmd {
	may := func(h *unit.Head) error { return h.May(core.ProjectAdminister) }
	return func() tea.Cmd {
		d, ref := unit.DeskOf(b.Env), b.Head.Ref
		return d.Open(ref, may, func(h *unit.Head) (card.Card, error) {
			name, version := h.Name(), h.Project.Version
			f := &form.Form{Heading: what + " of " + name, Button: "Change", StillThere: d.Still(ref, version, may)}
			var err error
			if f.Fields, f.Intro, err = fields(d, h); err != nil {
				return nil, err
			}
			f.Send = func(ctx context.Context, v form.Values) (tea.Msg, error) {
				p, err := patch(v, d)
				if err != nil {
					return nil, err
				}
				_, err = d.Actor.SetProject(ctx, core.ProjectID(ref.ID), version, p)
				return unit.Done{Text: what + " of " + name + " changed."}, err
			}
			return f, nil
		})
	}
}

func (b board) disabled() setting.Item {
	return setting.Item{
		Label: "Disabled", Toggle: true, May: b.May(core.ProjectAdminister),
		Value: func() theme.Span {
			if b.record().Disabled != nil {
				return theme.Span{Role: theme.Danger, Text: b.Env.Look().Glyphs.Warn + " yes"}
			}
			return theme.Span{Role: theme.Success, Text: b.Env.Look().Glyphs.Off + " no"}
		},
		About: func() []string {
			off := b.record().Disabled
			if off == nil {
				return []string{"It is open to its users."}
			}
			back := "not known"
			if off.ExpectedEnd != 0 {
				back = text.Exact(off.ExpectedEnd.Time())
			}
			return []string{
				"Closed by Support since " + text.Exact(off.Since.Time()) + ": " + off.Reason,
				"Expected back: " + back + ". Content, joining, requests, approvals and adding are refused until then; leaving, removing, rejecting and deleting work.",
			}
		},
		Change: func() tea.Cmd {
			d, ref := unit.DeskOf(b.Env), b.Head.Ref
			return d.Open(ref, func(h *unit.Head) error { return h.May(core.ProjectAdminister) }, func(h *unit.Head) (card.Card, error) {
				if h.Project.Disabled != nil {
					return enable(d, h), nil
				}
				return disable(d, h), nil
			})
		},
		Command: func() string {
			if b.record().Disabled != nil {
				return fmt.Sprintf("gatehouse project enable %d", b.Head.Ref.ID)
			}
			return fmt.Sprintf("gatehouse project disable %d --reason REASON", b.Head.Ref.ID)
		},
	}
}

func disable(d unit.Desk, h *unit.Head) card.Card {
	id, name, version := h.Project.ID, h.Name(), h.Project.Version
	return &form.Form{
		Heading: "Disable " + name, Button: "Disable", Danger: keymap.Heavy,
		StillThere: d.Still(h.Ref, version, func(h *unit.Head) error { return h.May(core.ProjectAdminister) }),
		Intro: []string{
			"It closes for " + unit.Count(h.Project.Users, "user") + " and " + unit.Count(h.Project.Visitors, "visitor") +
				" at once, until somebody of Support enables it. Full-role users and administrators are told, with the reason.",
		},
		Fields: []*form.Field{
			{Name: "reason", Label: "Reason", Required: true, Help: "Everybody who is refused reads it. " + core.Characters(core.ReasonMin, core.ReasonMax) + "."},
			{
				Name: "expected end", Label: "Expected back", Limit: core.MomentMax, Placeholder: "not known", Help: "A length from now such as 4h, or a moment (UTC). It only informs.",
				Check: func(v string, _ form.Values) string {
					if _, err := unit.ParseExpiry(v, d); err != nil {
						return core.AsError(err).Message
					}
					return ""
				},
			},
		},
		Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
			back, err := unit.ParseExpiry(v.Text("expected end"), d)
			if err != nil {
				return nil, err
			}
			_, err = d.Actor.DisableProject(ctx, id, version, v.Text("reason"), back)
			return unit.Done{Text: "Disabled " + name + "."}, err
		},
	}
}

func enable(d unit.Desk, h *unit.Head) card.Card {
	id, name, version := h.Project.ID, h.Name(), h.Project.Version
	return &card.Confirm{
		Heading: "Enable " + name + "?", Danger: keymap.Heavy, Facts: [][2]string{{"Disabled for", h.Project.Disabled.Reason}},
		Body:       []string{"It opens again for its users at once. Full-role users and administrators are told."},
		StillThere: d.Still(h.Ref, version, func(h *unit.Head) error { return h.May(core.ProjectAdminister) }),
		Buttons: []card.Button{{Label: "Enable", Run: func(ctx context.Context) (tea.Msg, error) {
			_, err := d.Actor.EnableProject(ctx, id, version)
			return unit.Done{Text: "Enabled " + name + "."}, err
		}}},
	}
}

// about tells where the project stands; nothing here is changed.
func (b board) about() setting.Item {
	return setting.Item{
		Label: "Project", Value: func() theme.Span { return plain(fmt.Sprintf("number %d", b.record().ID)) },
		About: func() []string {
			p := b.record()
			return []string{
				"In " + p.Organization.Name + ", maintained by " + p.Maintainer.Name + ". Created " + cell.Exact(p.Created, b.Env.Now()) + ".",
				"You: " + yours(*p) + ".",
			}
		},
	}
}
