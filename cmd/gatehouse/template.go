package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

// templateShown is a template with its lifetime in days; a lifetime of 0 days is none: it never expires.
type templateShown struct {
	core.Template
	Days int `json:"lifetime_days,omitempty"`
}

func (m *Main) newTemplate() *cobra.Command {
	return newNoun("template", "templates that projects are made from",
		m.newTemplateList(),
		&cobra.Command{
			Use:   "show TEMPLATE",
			Short: "show a template",
			Args:  arguments(1, 1),
			RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
				rec, err := a.Template(ctx, args[0])
				if err != nil {
					return err
				}
				t := templateShown{rec, rec.Days()}
				return m.printThing(t, []field{
					{"id", t.ID},
					{"name", t.Name},
					{"description", t.Description},
					{"lifetime", lifetimeText(t)},
					{"price label", orNone(t.PriceLabel)},
					{"user limit", number(t.UserLimit)},
					{"roles", string(t.RoleSet)},
					{"hidden", yesNo(t.Hidden)},
				})
			}),
		},
	)
}

func (m *Main) newTemplateList() *cobra.Command {
	return asList(m, &cobra.Command{Use: "list", Short: "list the templates"}, []string{"id"},
		[]column[templateShown]{
			{title: "ID", cell: func(t templateShown) string { return t.ID }},
			{title: "DESCRIPTION", cell: func(t templateShown) string { return t.Description }},
			{title: "LIFETIME", cell: lifetimeText},
			{title: "PRICE LABEL", cell: func(t templateShown) string { return orNone(t.PriceLabel) }},
			{title: "USER LIMIT", cell: func(t templateShown) string { return number(t.UserLimit) }, right: true},
			{title: "ROLES", cell: func(t templateShown) string { return string(t.RoleSet) }},
			{title: "HIDDEN", cell: func(t templateShown) string { return yesNo(t.Hidden) }},
		},
		func(ctx context.Context, a *core.Actor) (fetcher[templateShown], error) {
			all, err := a.Templates(ctx)
			var rows []templateShown
			for _, t := range all {
				rows = append(rows, templateShown{t, t.Days()})
			}
			return func(q core.Query) (core.Page[templateShown], error) {
				if q.Sort == "id" { // else the order of the catalogue
					slices.SortFunc(rows, func(x, y templateShown) int { return strings.Compare(x.ID, y.ID) })
				}
				return held(rows, func(t templateShown) []string { return []string{t.ID, t.Name, t.Description} })(q)
			}, err
		})
}

func lifetimeText(t templateShown) string {
	if t.Days == 0 {
		return "never expires"
	}
	return plural(t.Days, "day")
}
