package core

import (
	"context"
	"strconv"
)

// ProjectPatch says what to change of a project; nil leaves a field as it is.
type ProjectPatch struct {
	Template   *string
	Expires    *Moment // 0 means never; a past moment is allowed, then the next sweep deletes the project (P11)
	PriceLabel *string // 0–60 characters
	UserLimit  *int    // 1–10 000, soft (P16)
}

// SetProject changes template, expiry, price label and user limit (P10, P15). Support may. Another template leaves the
// other fields as they are. Each changed field has an action of its own (AU10): the first is the event, the others are
// linked to it.
//
// Errors: forbidden for everybody but Support; stale; not_found for an unknown template; role_set_differs;
// invalid_text, invalid_value.
func (a *Actor) SetProject(ctx context.Context, id ProjectID, version uint64, patch ProjectPatch) (Project, error) {
	return a.changeProject(ctx, "project.set", id, version, ProjectAdminister, func(c *change, p *Project) error {
		set := func(action Action, ch Change) {
			if c.event == nil {
				c.happened(action, p.Organization.Ref(), []Ref{id.Ref()}, "", ch)
				return
			}
			c.alsoIn(action, p.Organization.Ref(), []Ref{id.Ref()}, ch)
		}
		if err := c.setTemplate(p, patch.Template, set); err != nil {
			return err
		}
		if patch.Expires != nil && *patch.Expires != p.Expires {
			if err := c.checkMeant("expires", *patch.Expires); err != nil {
				return err
			}
			set("project.expiry_set", momentChange("expires", p.Expires, *patch.Expires)[0])
			p.expire(*patch.Expires, c.now)
		}
		if patch.PriceLabel != nil {
			label, err := cleanLine("price label", *patch.PriceLabel, 0, PriceLabelMax)
			if err != nil {
				return err
			}
			if label != p.PriceLabel {
				set("project.price_set", Change{Field: "price label", Before: p.PriceLabel, After: label})
				p.PriceLabel = label
			}
		}
		return setUserLimit(p, patch.UserLimit, set)
	})
}

func (c *change) setTemplate(p *Project, id *string, set func(Action, Change)) error {
	if id == nil || *id == p.Template {
		return nil
	}
	t, err := c.template(*id)
	if err != nil {
		return err
	}
	if t.RoleSet != p.RoleSet {
		return refuse(ReasonRoleSetDiffers, words{"template": t.ID, "project": p.Name}).field("template")
	}
	if t.ID != p.Template {
		set("project.template_set", Change{Field: "template", Before: p.Template, After: t.ID})
		p.Template = t.ID
	}
	return nil
}

func setUserLimit(p *Project, limit *int, set func(Action, Change)) error {
	if limit == nil || *limit == p.UserLimit {
		return nil
	}
	if *limit < 1 || *limit > UserLimitMax {
		return refuse(ReasonInvalidValue, words{"field": "User limit", "allowed": "1 to " + strconv.Itoa(UserLimitMax)}).field("user limit")
	}
	set("project.limit_set", Change{Field: "user limit", Before: strconv.Itoa(p.UserLimit), After: strconv.Itoa(*limit)})
	p.UserLimit = *limit
	return nil
}

// DisableProject closes the project for a while, with a reason and perhaps an expected end, which is information only
// (P14). Support may. Disabling a disabled project replaces reason and expected end.
//
// Errors: forbidden for everybody but Support; stale; reason_required, invalid_text.
func (a *Actor) DisableProject(ctx context.Context, id ProjectID, version uint64, reason string, expectedEnd Moment) (Project, error) {
	return a.changeProject(ctx, "project.disable", id, version, ProjectAdminister, func(c *change, p *Project) error {
		if err := c.checkMeant("expected_end", expectedEnd); err != nil {
			return err
		}
		reason, err := cleanReason(reason)
		if err != nil {
			return err
		}
		if d := p.Disabled; d != nil && d.Reason == reason && d.ExpectedEnd == expectedEnd {
			return nil
		}
		var before Moment
		if p.Disabled != nil {
			before = p.Disabled.ExpectedEnd
		}
		c.happened("project.disable", p.Organization.Ref(), []Ref{id.Ref()}, reason, momentChange("expected end", before, expectedEnd)...)
		p.Disabled = &Disabled{Reason: reason, ExpectedEnd: expectedEnd, Since: c.now, By: c.me.ID}
		return c.tellProjectPeople(*p, NoticeProjectDisabled, NoticeFacts{Text: reason, At: expectedEnd})
	})
}

// EnableProject opens a disabled project again (P14). Support may.
//
// Errors: forbidden for everybody but Support; stale.
func (a *Actor) EnableProject(ctx context.Context, id ProjectID, version uint64) (Project, error) {
	return a.changeProject(ctx, "project.enable", id, version, ProjectAdminister, func(c *change, p *Project) error {
		if p.Disabled == nil {
			return nil
		}
		c.happened("project.enable", p.Organization.Ref(), []Ref{id.Ref()}, "")
		p.Disabled = nil
		return c.tellProjectPeople(*p, NoticeProjectEnabled, NoticeFacts{})
	})
}
