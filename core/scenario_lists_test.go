package core_test

import "gatehouse/core"

// How the scenarios list and look at things, as the screens do.

func listRequests(h *fixture, who string, p core.ProjectID) ([]core.RequestView, error) {
	page, err := h.as(who).Requests(ctx, core.RequestQuery{Tab: core.TabAll, Project: p})
	return page.Items, err
}

func myRequests(h *fixture, who string) ([]core.RequestView, error) {
	page, err := h.as(who).Requests(ctx, core.RequestQuery{Tab: core.TabMine})
	return page.Items, err
}

func listMembers(h *fixture, who string, unit core.Unit) ([]core.MemberView, error) {
	page, err := h.as(who).Members(ctx, unit, core.Query{})
	return page.Items, err
}

func listProjects(h *fixture, who string, o core.OrganizationID) ([]core.ProjectView, error) {
	page, err := h.as(who).Projects(ctx, core.ProjectQuery{Organization: o})
	return page.Items, err
}

func seeProject(h *fixture, who string, p core.ProjectID) (core.ProjectView, error) {
	return h.as(who).Project(ctx, p)
}
