// Package unit is what the pages of maintainers, organizations and projects have in common: the record and the rights of
// the page, and the cards to come in, leave, rename, delete and restore. The cards take ids, look at the record beside
// the interface, and open what fits; what stands in the way is told instead. No rule lives here: core says who may.
package unit

import (
	"context"
	"fmt"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
)

// Head is what every tab of the page of a unit knows. Of the records only the one of the unit's kind is filled in.
type Head struct {
	Ref          core.Unit
	Maintainer   core.MaintainerView
	Organization core.OrganizationView
	Project      core.ProjectView
	Permissions  core.Permissions
	// Err says why the record cannot be seen; nil when it can.
	Err error
	// Loaded is set once an answer came.
	Loaded bool
}

// Load reads the head of a page. The answer comes as app.Loaded[Head], see Take.
func Load(e *app.Env, ref core.Unit) tea.Cmd {
	actor := e.Session.Actor
	return app.Load(e, "head", func(ctx context.Context) (Head, error) { return Read(ctx, actor, ref) })
}

// Read reads record and rights of a unit. Errors about the record stand in Err.
func Read(ctx context.Context, actor *core.Actor, ref core.Unit) (Head, error) {
	h := Head{Ref: ref, Loaded: true}
	var err error
	if h.Permissions, err = actor.Permissions(ctx, ref); err != nil {
		return h, err
	}
	switch ref.Kind {
	case core.KindMaintainer:
		h.Maintainer, h.Err = actor.Maintainer(ctx, core.MaintainerID(ref.ID))
	case core.KindOrganization:
		h.Organization, h.Err = actor.Organization(ctx, core.OrganizationID(ref.ID))
	default:
		h.Project, h.Err = actor.Project(ctx, core.ProjectID(ref.ID))
	}
	return h, ctx.Err()
}

// Take takes the answer of Load out of a message and reports whether it was one.
func (h *Head) Take(msg tea.Msg) bool {
	m, ok := msg.(app.Loaded[Head])
	switch {
	case !ok:
		return false
	case m.Err != nil:
		h.Err, h.Loaded = m.Err, true
	default:
		*h = m.Value
	}
	return true
}

// May says why the actor may not do something, or nil. Before the head is loaded nothing is refused: core decides again.
func (h *Head) May(right core.Right) error {
	if e := h.Permissions[right]; e != nil {
		return e
	}
	return nil
}

// MayEnter says why the actor can neither join nor, for a project, request access.
func (h *Head) MayEnter() error {
	switch h.Ref.Kind {
	case core.KindMaintainer:
		return h.May(core.MaintainerJoin)
	case core.KindOrganization:
		return h.May(core.OrganizationJoin)
	default:
	}
	join, request := h.May(core.ProjectJoin), h.May(core.ProjectRequest)
	switch {
	case join == nil || request == nil:
		return nil
	case core.ReasonOf(join) == core.ReasonAutoJoinDisabled:
		return request
	}
	return join
}

// MayLeave says why the actor cannot leave.
func (h *Head) MayLeave() error {
	switch h.Ref.Kind {
	case core.KindMaintainer:
		return h.May(core.MaintainerLeave)
	case core.KindOrganization:
		return h.May(core.OrganizationLeave)
	default:
	}
	return h.May(core.ProjectLeave)
}

// Name is the name of the unit, or its kind and number where it cannot be seen (A10).
func (h *Head) Name() string {
	name := h.Organization.Name
	switch h.Ref.Kind {
	case core.KindMaintainer:
		name = h.Maintainer.Name
	case core.KindProject:
		name = h.Project.Name
	default:
	}
	if name == "" {
		return fmt.Sprintf("%s %d", h.Ref.Kind, h.Ref.ID)
	}
	return name
}

// Title is the breadcrumb of the page: {"Acme", "Churn model"}.
func (h *Head) Title() []string {
	if h.Ref.Kind == core.KindProject && h.Project.Organization.Name != "" {
		return []string{h.Project.Organization.Name, h.Name()}
	}
	return []string{h.Name()}
}

// TabCount is the number behind a tab: how many rows it has, of requests how many wait.
func (h *Head) TabCount(tab string) string {
	if h.Err != nil || !h.Loaded {
		return ""
	}
	o, p, m := h.Organization, h.Project, h.Maintainer
	n := 0
	switch tab {
	case "projects":
		n = o.Listed
	case "organizations":
		n = m.Organizations
	case "members":
		if h.Ref.Kind == core.KindOrganization && h.May(core.OrganizationSeeMembers) != nil {
			return "" // the list answers with a refusal
		}
		n = o.Members + o.Visitors + m.Members + m.Visitors
	case "users":
		n = p.Users + p.Visitors
	case "requests":
		n = p.Pending
	case "invitations":
		n = o.Invitations + m.Invitations
	case "tickets":
		n = p.Tickets + m.Tickets
	}
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// Page is the page of a unit at its first tab.
func Page(ref core.Unit) app.Page {
	return app.Page{Kind: ref.Kind.String(), ID: strconv.FormatUint(ref.ID, 10)}
}

// ID reads the number out of a page; anything else is 0, which no record has.
func ID(p app.Page) uint64 {
	n, err := strconv.ParseUint(p.ID, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
