package core

import "context"

// Templates lists the templates that the actor may use, in the order of P4; hidden ones for Support only (P7).
//
// Errors: forbidden for accounts that are in no organization and no maintainer (P6).
func (a *Actor) Templates(ctx context.Context) ([]Template, error) {
	var out []Template
	err := a.read(ctx, func(r *reading) error {
		if err := r.maySeeTemplates(); err != nil {
			return err
		}
		for _, t := range shipped {
			if !t.Hidden || r.me.Support {
				out = append(out, t)
			}
		}
		return nil
	})
	return out, err
}

// Template gives one template.
//
// Errors: forbidden as for Templates; not_found for an unknown one, and for a hidden one except for Support (P7).
func (a *Actor) Template(ctx context.Context, id string) (Template, error) {
	var out Template
	err := a.read(ctx, func(r *reading) (err error) {
		if err = r.maySeeTemplates(); err == nil {
			out, err = r.template(id)
		}
		return err
	})
	return out, err
}

// maySeeTemplates is P6: members of any organization, members of any maintainer, and Support.
func (r *reading) maySeeTemplates() error {
	if err := r.active(); err != nil {
		return err
	}
	if r.me.Support {
		return nil
	}
	member := false
	err := each(r.Memberships(), Scan{Index: MembershipsOfAccount, Prefix: Key{Num(r.me.ID)}}, func(m Membership) (bool, error) {
		member = m.Unit.Kind != KindProject && m.Running(r.now)
		return !member, nil
	})
	if err != nil || member {
		return err
	}
	return refuse(ReasonForbidden, words{"unit": "this house", "who": "a member of an organization or a maintainer"})
}

// template finds a shipped template that the actor may use.
func (r *reading) template(id string) (Template, error) {
	for _, t := range shipped {
		if t.ID == id && (!t.Hidden || r.me.Support) {
			return t, nil
		}
	}
	shown, err := cleanLine("template", id, 1, NameMax)
	if err != nil {
		shown = "of this name"
	}
	return Template{}, refuse(ReasonNotFound, words{"kind": "template", "id": shown}).field("template")
}
