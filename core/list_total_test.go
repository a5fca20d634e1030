package core_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gatehouse/core"
)

// oneList is a list as one person reads it with some flags: how many rows a page has, its total and what comes next.
type oneList struct {
	name string
	page func(core.Query) (rows, total int, next string, err error)
}

func aList[R any](name string, list func(context.Context, core.Query) (core.Page[R], error)) oneList {
	return oneList{name, func(q core.Query) (int, int, string, error) {
		page, err := list(ctx, q)
		return len(page.Items), page.Total, page.Next, err
	}}
}

// everyList is every list of the program with all that narrows it but the filter. A list that is missing here is found
// by TestEveryListIsCounted.
func everyList(h *fixture, a *core.Actor) []oneList {
	var out []oneList
	units, projects, organizations, maintainers := h.units()
	add := func(l oneList) { out = append(out, l) }
	add(aList("Accounts", a.Accounts))
	add(aList("LocalAccounts", h.LocalAccounts))
	add(aList("Units", a.Units))
	add(aList("Inbox", a.Inbox))
	add(aList("Outbox", a.Outbox))
	add(aList("Maintainers", a.Maintainers))
	for _, unit := range units {
		add(aList("Members", func(ctx context.Context, q core.Query) (core.Page[core.MemberView], error) {
			return a.Members(ctx, unit, q)
		}))
	}
	for _, q := range requestQueries(projects, organizations) {
		add(aList(fmt.Sprintf("Requests %+v", q), func(ctx context.Context, by core.Query) (core.Page[core.RequestView], error) {
			q.Query = by
			return a.Requests(ctx, q)
		}))
	}
	for _, unit := range append(units, core.Unit{}) {
		add(aList(fmt.Sprint("Invitations ", unit), func(ctx context.Context, q core.Query) (core.Page[core.InvitationView], error) {
			return a.Invitations(ctx, core.InvitationQuery{Query: q, Unit: unit})
		}))
		for _, flags := range []core.VisitQuery{{}, {Active: true}, {Mine: true}, {Active: true, Mine: true}} {
			add(aList(fmt.Sprintf("Visits %v %+v", unit, flags), func(ctx context.Context, q core.Query) (core.Page[core.VisitView], error) {
				flags.Query, flags.Unit = q, unit
				return a.Visits(ctx, flags)
			}))
		}
		for _, flags := range []core.ActivityQuery{{}, {By: a.ID()}, {Action: "request."}, {Since: h.in(-core.Day)}, {Until: h.in(-core.Day)}} {
			add(aList(fmt.Sprintf("Activity %v %+v", unit, flags), func(ctx context.Context, q core.Query) (core.Page[core.EventView], error) {
				flags.Query, flags.Unit = q, unit
				return a.Activity(ctx, flags)
			}))
		}
	}
	for _, q := range ticketQueries(projects, organizations, maintainers) {
		add(aList(fmt.Sprintf("Tickets %+v", q), func(ctx context.Context, by core.Query) (core.Page[core.TicketView], error) {
			q.Query = by
			return a.Tickets(ctx, q)
		}))
	}
	for _, o := range append(organizations, 0) {
		for _, m := range append(maintainers, 0) {
			for _, deleted := range []bool{false, true} {
				add(aList(fmt.Sprint("Projects ", o, m, deleted), func(ctx context.Context, q core.Query) (core.Page[core.ProjectView], error) {
					return a.Projects(ctx, core.ProjectQuery{Query: q, Organization: o, Maintainer: m, Deleted: deleted})
				}))
			}
			add(aList(fmt.Sprint("Organizations ", m), func(ctx context.Context, q core.Query) (core.Page[core.OrganizationView], error) {
				return a.Organizations(ctx, core.OrganizationQuery{Query: q, Maintainer: m, All: o == 0})
			}))
		}
		add(aList("Buckets of organizations", func(ctx context.Context, q core.Query) (core.Page[core.BucketView], error) {
			return a.Buckets(ctx, core.BucketQuery{Query: q, Organization: o})
		}))
		add(aList("Roles", func(ctx context.Context, q core.Query) (core.Page[core.RoleView], error) { return a.Roles(ctx, o, q) }))
		add(aList("CombinedUsers", func(ctx context.Context, q core.Query) (core.Page[core.CombinedUser], error) {
			return a.CombinedUsers(ctx, o, q)
		}))
	}
	for _, p := range projects {
		add(aList("ProjectAccess", func(ctx context.Context, q core.Query) (core.Page[core.AccessRow], error) {
			return a.ProjectAccess(ctx, p, q)
		}))
		add(aList("Buckets", func(ctx context.Context, q core.Query) (core.Page[core.BucketView], error) {
			return a.Buckets(ctx, core.BucketQuery{Query: q, Project: p})
		}))
		for _, show := range []core.CatalogShow{core.CatalogAll, core.CatalogLinked, core.CatalogMine} {
			add(aList("Catalog", func(ctx context.Context, q core.Query) (core.Page[core.BucketView], error) {
				return a.Catalog(ctx, core.CatalogQuery{Query: q, Project: p, Show: show})
			}))
		}
	}
	add(aList("BucketLinks", func(ctx context.Context, q core.Query) (core.Page[core.LinkView], error) {
		return a.BucketLinks(ctx, 1, q)
	}))
	add(aList("Comments", func(ctx context.Context, q core.Query) (core.Page[core.CommentView], error) {
		return a.Comments(ctx, 1, q)
	}))
	return out
}

func requestQueries(projects []core.ProjectID, organizations []core.OrganizationID) (out []core.RequestQuery) {
	for _, tab := range []core.RequestTab{"", core.TabWaiting, core.TabDecided, core.TabMine, core.TabAll} {
		for _, state := range []core.RequestState{"", core.RequestPending, core.RequestWithdrawn, core.RequestLapsed} {
			out = append(out, core.RequestQuery{Tab: tab, State: state})
			for _, p := range projects {
				out = append(out, core.RequestQuery{Tab: tab, State: state, Project: p})
			}
			for _, o := range organizations {
				out = append(out, core.RequestQuery{Tab: tab, State: state, Organization: o})
			}
		}
	}
	return out
}

func ticketQueries(projects []core.ProjectID, organizations []core.OrganizationID, maintainers []core.MaintainerID) (out []core.TicketQuery) {
	for _, state := range []core.TicketState{"", core.TicketOpen} {
		for _, tab := range []core.TicketTab{core.TicketsMine, core.TicketsAnswer, core.TicketsAll} {
			out = append(out, core.TicketQuery{Tab: tab, State: state})
		}
		for _, p := range projects {
			out = append(out, core.TicketQuery{Project: p, State: state})
		}
		for _, o := range organizations {
			out = append(out, core.TicketQuery{Organization: o, State: state})
		}
		for _, m := range maintainers {
			out = append(out, core.TicketQuery{Maintainer: m, State: state})
		}
	}
	return out
}

// units gives the units of the house that are there.
func (h *fixture) units() (units []core.Unit, projects []core.ProjectID, organizations []core.OrganizationID, maintainers []core.MaintainerID) {
	h.get(func(tx core.Tx) error {
		_, err := tx.Maintainers().Scan(core.Scan{}, func(m core.Maintainer) (bool, error) {
			maintainers, units = append(maintainers, m.ID), append(units, m.ID.Ref())
			return true, nil
		})
		if err == nil {
			_, err = tx.Organizations().Scan(core.Scan{}, func(o core.Organization) (bool, error) {
				organizations, units = append(organizations, o.ID), append(units, o.ID.Ref())
				return true, nil
			})
		}
		if err == nil {
			_, err = tx.Projects().Scan(core.Scan{}, func(p core.Project) (bool, error) {
				projects, units = append(projects, p.ID), append(units, p.ID.Ref())
				return true, nil
			})
		}
		return err
	})
	return units, projects, organizations, maintainers
}

// totals checks for every list of a person: the pages join up to the whole, and a total is how many rows are listed, or
// is left out.
func (h *fixture) totals(t tester, who string) {
	t.Helper()
	for _, l := range everyList(h, h.as(who)) {
		for _, filter := range []string{"", "a"} {
			whole, total, next, err := l.page(core.Query{Limit: 500, Filter: filter})
			if err != nil {
				continue
			}
			if next != "" || total != whole {
				t.Errorf("%s, %s, filter %q: %d rows, total %d, next %q", who, l.name, filter, whole, total, next)
			}
			rows, q := 0, core.Query{Limit: 2, Filter: filter}
			for more := true; more; more = q.After != "" {
				n, total, next, err := l.page(q)
				if err != nil || total != whole && total != core.Uncounted {
					t.Errorf("%s, %s, filter %q: %d rows are listed, and a page says %d (%v)", who, l.name, filter, whole, total, err)
				}
				rows += n
				q.After = next
			}
			if rows != whole {
				t.Errorf("%s, %s, filter %q: the pages have %d rows together, the whole %d", who, l.name, filter, rows, whole)
			}
		}
	}
}

// TestTotalsCountWhatIsListed is the given case of a total that counted something else than was listed, and every list
// of a house with something of everything.
func TestTotalsCountWhatIsListed(t *testing.T) {
	h := newFixture(t)
	h.autoJoin(false)
	first := h.file("sam")
	allowed(t, second(h.as("sam").WithdrawRequest(ctx, first.ID, 0)))
	h.file("sam")
	page := must(h.as("sam").Requests(ctx, core.RequestQuery{State: core.RequestPending, Tab: core.TabAll}))(t)
	if len(page.Items) != 1 || page.Total != 1 {
		t.Errorf("one pending and one withdrawn request: %d of %d", len(page.Items), page.Total)
	}
	for _, who := range []string{"sam", "lea", "ana", "pia", "otto"} {
		h.totals(t, who)
	}
	h.requireMFA()
	for _, who := range []string{"sam", "lea", "ana", "pia"} {
		h.totals(t, who)
	}
}

// TestPeopleInEveryOrder checks the orders of a member list: the same people, the same pages, sorted.
func TestPeopleInEveryOrder(t *testing.T) {
	h := newFixture(t)
	h.cast()
	h.addGrant(h.etl, core.RoleDefault, core.RoleGuest)
	for _, unit := range []core.Unit{h.acme.Ref(), h.etl.Ref(), h.partnerOne.Ref()} {
		list := func(q core.Query) (core.Page[core.MemberView], error) { return h.as("sam").Members(ctx, unit, q) }
		all := allPages(t, 3, list, core.Query{})
		for sort, key := range map[string]func(core.MemberView) string{
			"name":  func(m core.MemberView) string { return core.Fold(m.Person.Name) },
			"email": func(m core.MemberView) string { return core.Fold(m.Person.Email) },
			"since": func(m core.MemberView) string { return m.Since.String() },
		} {
			rows := allPages(t, 2, list, core.Query{Sort: sort})
			back := allPagesBack(t, 2, list, core.Query{Sort: sort})
			if len(rows) != len(all) || len(back) != len(all) {
				t.Errorf("%v by %s: %d and %d of %d", unit, sort, len(rows), len(back), len(all))
			}
			if !slices.IsSortedFunc(rows, func(a, b core.MemberView) int { return compareText(key(a), key(b)) }) {
				t.Errorf("%v is not sorted by %s", unit, sort)
			}
		}
	}
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// TestEveryListIsCounted finds a list use case that everyList does not know.
func TestEveryListIsCounted(t *testing.T) {
	h := newFixture(t)
	known := everyList(h, h.as("sam"))
	for _, of := range []reflect.Type{reflect.TypeFor[*core.Actor](), reflect.TypeFor[*core.House]()} {
		for i := range of.NumMethod() {
			m := of.Method(i)
			if m.Type.NumOut() != 2 || !strings.HasPrefix(m.Type.Out(0).String(), "core.Page[") {
				continue
			}
			if !slices.ContainsFunc(known, func(l oneList) bool { return strings.Fields(l.name)[0] == m.Name }) {
				t.Errorf("nothing checks the total of %s", m.Name)
			}
		}
	}
}
