package core_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gatehouse/core"
	"gatehouse/core/suite"
)

func (h *bucketHouse) buckets(who string, q core.BucketQuery) ([]core.BucketView, error) {
	page, err := h.as(who).Buckets(ctx, q)
	return page.Items, err
}

func TestBucketLists(t *testing.T) { // A3, SB12, M1
	h := newBucketHouse(t)
	h.share("shay", toProjects)
	h.link("quin", h.reports)
	h.create("quin", h.reports, "Aggregates")
	gone := h.addProject(h.acme, "Gone")
	h.addUser(gone, "cleo", core.RoleProjectAdmin)
	h.create("cleo", gone, "Lost")
	h.create("cleo", h.churn, "Features")
	allowed(t, onlyErr(h.as("ana").DeleteProject(ctx, gone, 0)))

	rows := must(h.buckets("quin", core.BucketQuery{Project: h.reports}))(t)
	if got := titles(rows); !slices.Equal(got, []string{"Aggregates", "Raw loads"}) {
		t.Fatalf("Reports has %q", got)
	}
	link := rows[1]
	if link.Link == nil || link.Link.Uncovered || link.Project.Name != "Nightly ETL" || link.Owner.Email != "gus@people.test" ||
		link.Description != "What came in" || link.Version != 0 || !link.Offered || link.Share.By != nil {
		t.Errorf("link: %+v", link)
	}
	own := must(h.buckets("gus", core.BucketQuery{Project: h.etl}))(t)[0]
	if own.Link != nil || own.Links != 1 || own.Share.Type != core.ShareProjectMembers || own.Share.By.Email != "shay@people.test" || own.OwnerLeft {
		t.Errorf("own: %+v", own)
	}
	for _, c := range []struct {
		who  string
		q    core.BucketQuery
		want string
	}{
		{"ana", core.BucketQuery{Organization: h.acme}, "[Aggregates Features Raw loads]"},
		{"ana", core.BucketQuery{}, "[Aggregates Features Raw loads]"},
		{"cleo", core.BucketQuery{}, "[Features]"},
		{"otto", core.BucketQuery{}, "[]"},
		{"sam", core.BucketQuery{}, "[]"},
		{"ana", core.BucketQuery{Organization: h.acme, Query: core.Query{Filter: "raw"}}, "[Raw loads]"},
		{"ana", core.BucketQuery{Organization: h.acme, Query: core.Query{Filter: "sharing:none"}}, "[Aggregates Features]"},
		{"ana", core.BucketQuery{Organization: h.acme, Query: core.Query{Filter: "project:churn"}}, "[Features]"},
		{"ana", core.BucketQuery{Organization: h.acme, Query: core.Query{Filter: "owner:gus"}}, "[Raw loads]"},
		{"quin", core.BucketQuery{Project: h.reports, Query: core.Query{Filter: "state:link"}}, "[Raw loads]"},
		{"quin", core.BucketQuery{Project: h.reports, Query: core.Query{Desc: true}}, "[Raw loads Aggregates]"},
	} {
		if got := fmt.Sprint(titles(must(h.buckets(c.who, c.q))(t))); got != c.want {
			t.Errorf("%s, %+v: %s, want %s", c.who, c.q, got, c.want)
		}
	}
	for who, want := range map[string]core.Reason{
		"paul": core.ReasonAdminRoleRequired, "lea": core.ReasonOrgMembersOnly, "sam": core.ReasonOrgMembersOnly, "quin": core.ReasonForbidden,
	} {
		refused(t, onlyErr(h.buckets(who, core.BucketQuery{Organization: h.acme})), want)
	}
	for who, want := range map[string]core.Reason{"paul": core.ReasonAdminRoleRequired, "lea": core.ReasonUseJoin, "otto": core.ReasonForbidden} {
		refused(t, onlyErr(h.buckets(who, core.BucketQuery{Project: h.etl})), want)
	}
}

func TestBucketPages(t *testing.T) { // a list is a window
	h := newBucketHouse(t)
	h.share("shay", toProjects)
	h.link("quin", h.reports)
	for i := range 12 {
		b := h.create("quin", h.reports, fmt.Sprintf("Bucket %02d", i))
		must(h.as("ana").ShareBucket(ctx, b.ID, 0, toSelected(h.churn, h.reports)))(t)
	}
	walk := func(page func(after string) (core.Page[core.BucketView], error)) []string {
		var all []string
		for after := ""; ; {
			p := must(page(after))(t)
			if p.Total != 13 || len(p.Items) > 5 {
				t.Fatalf("a page of %d, total %d", len(p.Items), p.Total)
			}
			all = append(all, titles(p.Items)...)
			if after = p.Next; after == "" {
				return all
			}
		}
	}
	for name, page := range map[string]func(after string) (core.Page[core.BucketView], error){
		"project": func(after string) (core.Page[core.BucketView], error) {
			return h.as("quin").Buckets(ctx, core.BucketQuery{Project: h.reports, Query: core.Query{Limit: 5, After: after}})
		},
		"organization": func(after string) (core.Page[core.BucketView], error) {
			return h.as("ana").Buckets(ctx, core.BucketQuery{Organization: h.acme, Query: core.Query{Limit: 5, After: after}})
		},
		"catalog": func(after string) (core.Page[core.BucketView], error) {
			return h.as("quin").Catalog(ctx, core.CatalogQuery{Project: h.reports, Query: core.Query{Limit: 5, After: after}})
		},
	} {
		if all := walk(page); len(all) != 13 || !slices.IsSorted(all) {
			t.Errorf("%s: %q", name, all)
		}
	}
}

func TestBucketPage(t *testing.T) { // A10, SB12, trust.md E7
	h := newBucketHouse(t)
	absent := func(who string) string { return onlyErr(h.as(who).Bucket(ctx, h.raw.ID+7)).Error() }
	same := func(who string, err error, id core.BucketID, with string) {
		t.Helper()
		if got := strings.ReplaceAll(err.Error(), fmt.Sprintf(" %d ", id), " N "); got != strings.ReplaceAll(with, fmt.Sprintf(" %d ", h.raw.ID+7), " N ") {
			t.Errorf("%s tells a hidden bucket from an absent one: %q, %q", who, got, with)
		}
	}
	for _, who := range []string{"otto", "quin", "paul", "sam", "lea"} {
		err := onlyErr(h.as(who).Bucket(ctx, h.raw.ID))
		refused(t, err, core.ReasonNotFound)
		same(who, err, h.raw.ID, absent(who))
		refused(t, onlyErr(h.as(who).SetBucket(ctx, h.raw.ID, 0, core.BucketPatch{})), core.ReasonNotFound)
		refused(t, h.as(who).DeleteBucket(ctx, h.raw.ID, 0), core.ReasonNotFound)
		refused(t, h.as(who).ForceUnlink(ctx, h.raw.ID, h.etl), core.ReasonNotFound)
		refused(t, onlyErr(h.as(who).BucketLinks(ctx, h.raw.ID, core.Query{})), core.ReasonNotFound)
	}
	hidden := onlyErr(h.as("quin").LinkBucket(ctx, h.raw.ID, h.reports, ""))
	refused(t, hidden, core.ReasonForbidden)
	same("quin", hidden, h.raw.ID, onlyErr(h.as("quin").LinkBucket(ctx, h.raw.ID+7, h.reports, "")).Error())
	h.addUser(h.etl, "cleo", core.RoleReadOnly)
	refused(t, onlyErr(h.as("cleo").LinkBucket(ctx, h.raw.ID, h.churn, "")), core.ReasonNotShared) // she sees that it is there
	h.dropMember(h.etl.Ref(), "cleo")

	h.share("shay", toSelected(h.reports))
	h.link("quin", h.reports)
	open, offered := must(h.as("rita").Bucket(ctx, h.raw.ID))(t), must(h.as("quin").Bucket(ctx, h.raw.ID))(t)
	if len(open.Share.Projects) != 1 || open.Share.Projects[0].Name != "Reports" || open.Links != 1 || open.Offered {
		t.Errorf("open: %+v", open)
	}
	if len(offered.Share.Projects) != 0 || offered.Version != 0 || !offered.Offered || offered.Links != 0 {
		t.Errorf("offered: %+v", offered)
	}
	// Outside its project nobody changes it, and no name of the project is told.
	for _, err := range []error{
		onlyErr(h.as("quin").SetBucket(ctx, h.raw.ID, 0, core.BucketPatch{Name: ptr("x")})), h.as("quin").DeleteBucket(ctx, h.raw.ID, 0),
		onlyErr(h.as("quin").UnshareBucket(ctx, h.raw.ID, 0)), h.as("quin").ForceUnlink(ctx, h.raw.ID, h.reports),
	} {
		refused(t, err, core.ReasonForbidden)
		if strings.Contains(err.Error(), "Nightly") {
			t.Errorf("a name is told: %v", err)
		}
	}
	links := must(h.as("rita").BucketLinks(ctx, h.raw.ID, core.Query{}))(t)
	if links.Total != 1 || links.Items[0].Project.Name != "Reports" || links.Items[0].By.Email != "quin@people.test" {
		t.Errorf("links: %+v", links)
	}
	refused(t, onlyErr(h.as("cleo").Bucket(ctx, h.raw.ID)), core.ReasonNotFound) // not covered
	h.requireMFA()
	refused(t, onlyErr(h.as("gus").Bucket(ctx, h.raw.ID)), core.ReasonMFARequired) // S15: it is one's own project
	refused(t, onlyErr(h.as("otto").Bucket(ctx, h.raw.ID)), core.ReasonNotFound)
}

func TestBucketForceUnlink(t *testing.T) { // SB10, AU7
	h := newBucketHouse(t)
	h.share("shay", toProjects)
	h.link("quin", h.reports)
	h.link("cleo", h.churn)
	refused(t, h.as("gus").ForceUnlink(ctx, h.raw.ID, h.reports), core.ReasonRoleRestricted)
	err := h.as("shay").ForceUnlink(ctx, h.raw.ID, h.etl)
	refused(t, err, core.ReasonNotLinked)
	err = h.as("shay").ForceUnlink(ctx, h.raw.ID, 99)
	refused(t, err, core.ReasonNotLinked)
	h.writes(1, func() { allowed(t, h.as("shay").ForceUnlink(ctx, h.raw.ID, h.reports)) })
	allowed(t, h.as("ben").ForceUnlink(ctx, h.raw.ID, h.churn)) // M1: administrators manage them
	for who, p := range map[string]core.ProjectID{"quin": h.reports, "cleo": h.churn, "pia": h.etl} {
		events := must(h.as(who).Activity(ctx, core.ActivityQuery{Unit: p.Ref(), Action: "bucket.force_unlink"}))(t)
		if len(events.Items) == 0 {
			t.Errorf("%s does not see the event in project %d", who, p)
		}
	}
	about := must(h.as("quin").Activity(ctx, core.ActivityQuery{Unit: h.reports.Ref(), Action: "bucket.force_unlink"}))(t).Items[0].About
	if strings.Contains(about, "Raw loads") { // it is not open to Quin any more
		t.Errorf("about %q", about)
	}
	staff := must(h.as("lea").Activity(ctx, core.ActivityQuery{Unit: h.acme.Ref(), Action: "bucket."}))(t)
	for _, e := range staff.Items {
		if strings.Contains(e.About+fmt.Sprint(e.Changes), "Raw") { // A4: the log is open to staff, content is not
			t.Errorf("staff read %q %v", e.About, e.Changes)
		}
	}
	if about := must(h.as("ana").Activity(ctx, core.ActivityQuery{Unit: h.acme.Ref(), Action: "bucket."}))(t).Items[0].About; !strings.Contains(about, "Raw loads") {
		t.Errorf("an administrator reads %q", about)
	}
}

func TestBucketLinksNoLongerCovered(t *testing.T) { // SB7, SB11, SB16, A5
	h := newBucketHouse(t)
	h.addMember(h.acme.Ref(), "quin", core.RoleDefault)
	flagged := func() bool {
		t.Helper()
		rows := must(h.buckets("quin", core.BucketQuery{Project: h.reports}))(t)
		must(h.as("quin").Bucket(ctx, h.raw.ID))(t) // it stays readable
		return rows[0].Link.Uncovered
	}
	h.share("shay", toMembers)
	h.link("quin", h.reports)
	if flagged() {
		t.Error("flagged at once")
	}
	h.dropMember(h.acme.Ref(), "quin")
	if !flagged() { // SB16
		t.Error("not flagged when the linker left the organization")
	}
	refused(t, h.as("quin").UnlinkBucket(ctx, h.raw.ID, h.reports), core.ReasonForbidden) // SB11
	for _, c := range []struct {
		in   core.ShareInput
		want bool
	}{
		{toProjects, false},
		{toSelected(h.churn), true},
		{toSelected(h.reports), false},
		{toUsers("cleo@people.test"), true},
		{toUsers("quin@people.test"), false},
	} {
		h.share("shay", c.in)
		if flagged() != c.want {
			t.Errorf("%+v: flagged is not %v", c.in, c.want)
		}
	}
	// The person leaves all projects of Acme: the link stays for the others, and is flagged there and at the source.
	h.addUser(h.reports, "rita", core.RoleReadOnly)
	h.dropMember(h.reports.Ref(), "quin")
	rows := must(h.buckets("rita", core.BucketQuery{Project: h.reports}))(t)
	if !rows[0].Link.Uncovered || rows[0].Link.By.Email != "quin@people.test" {
		t.Errorf("row: %+v", rows[0].Link)
	}
	if v := must(h.as("gus").Bucket(ctx, h.raw.ID))(t); !v.Share.Users[0].Left {
		t.Errorf("target: %+v", v.Share)
	}
	if links := must(h.as("gus").BucketLinks(ctx, h.raw.ID, core.Query{Filter: "state:flagged"}))(t); len(links.Items) != 1 {
		t.Errorf("flagged links: %+v", links)
	}
	// An owner who leaves is shown as such.
	h.dropMember(h.etl.Ref(), "gus")
	if v := must(h.as("pia").Bucket(ctx, h.raw.ID))(t); !v.OwnerLeft || v.Owner.Email != "gus@people.test" {
		t.Errorf("owner: %+v", v)
	}
	// Once the account is gone, the link stays readable.
	h.editAccount("quin", func(a *core.Account) { a.State, a.Email, a.Name, a.TOTP = core.AccountRemoved, "", "", nil })
	rows = must(h.buckets("rita", core.BucketQuery{Project: h.reports}))(t)
	if !strings.HasPrefix(rows[0].Link.By.Label(), "removed account") {
		t.Errorf("linked by %q", rows[0].Link.By.Label())
	}
}

func TestBucketDisabledAndDeleted(t *testing.T) { // P14, DR1, DR7, DR8
	h := newBucketHouse(t)
	h.share("shay", toProjects)
	h.link("quin", h.reports)
	must(h.as("sam").DisableProject(ctx, h.etl, 0, "Migration of the cluster", 0))(t)
	for _, err := range []error{
		onlyErr(h.buckets("gus", core.BucketQuery{Project: h.etl})), onlyErr(h.as("gus").CreateBucket(ctx, h.etl, core.BucketInput{Name: "x"})),
		onlyErr(h.as("gus").Bucket(ctx, h.raw.ID)), onlyErr(h.as("gus").SetBucket(ctx, h.raw.ID, 0, core.BucketPatch{})),
		h.as("gus").DeleteBucket(ctx, h.raw.ID, 0), onlyErr(h.as("shay").UnshareBucket(ctx, h.raw.ID, 0)),
		h.as("shay").ForceUnlink(ctx, h.raw.ID, h.reports), onlyErr(h.catalog("gus", h.etl)),
		onlyErr(h.as("cleo").LinkBucket(ctx, h.raw.ID, h.churn, "")), // the project of the bucket
	} {
		refused(t, err, core.ReasonProjectDisabled)
	}
	if rows := must(h.buckets("quin", core.BucketQuery{Project: h.reports}))(t); rows[0].Source != "disabled" {
		t.Errorf("link: %+v", rows[0])
	}
	if names := must(h.catalog("cleo", h.churn))(t); len(names) != 0 {
		t.Errorf("the catalog offers %q", names)
	}
	must(h.as("sam").EnableProject(ctx, h.etl, 0))(t)
	must(h.as("ana").DeleteProject(ctx, h.etl, 0))(t)
	refused(t, onlyErr(h.as("gus").Bucket(ctx, h.raw.ID)), core.ReasonNotFound)
	refused(t, onlyErr(h.as("cleo").LinkBucket(ctx, h.raw.ID, h.churn, "")), core.ReasonForbidden)
	if v := must(h.as("quin").Bucket(ctx, h.raw.ID))(t); v.Source != "deleted" {
		t.Errorf("link to a deleted project: %+v", v)
	}
	h.pass(time.Hour)
	must(h.as("sam").RestoreProject(ctx, h.etl, 0))(t) // DR7
	must(h.as("gus").Bucket(ctx, h.raw.ID))(t)
	must(h.as("ana").DeleteProject(ctx, h.etl, 0))(t)
	h.pass(61 * core.Day) // DR8
	if n := len(allOf(h.fixture, core.Tx.Buckets, core.Scan{})) + len(allOf(h.fixture, core.Tx.Links, core.Scan{})); n != 0 {
		t.Errorf("%d buckets and links survive the purge", n)
	}
	if events := must(h.as("quin").Activity(ctx, core.ActivityQuery{Unit: h.reports.Ref(), Action: "project.purge"}))(t); len(events.Items) != 1 {
		t.Errorf("Reports does not see what took its link: %+v", events)
	}
}

// TestBucketInvariants plays at random with sharing, links and memberships. Whatever happens, nobody finds or links a
// bucket that SB4 does not cover, by a table written down here, and links stay in one organization.
func TestBucketInvariants(t *testing.T) {
	suite.Sequential(t)
	rapid.Check(t, func(rt *rapid.T) {
		h := newBucketHouse(rt)
		people := []string{"pia", "gus", "shay", "quin", "cleo", "ana", "ben", "paul", "otto", "lea"}
		projects := []core.ProjectID{h.etl, h.reports, h.churn}
		who, where := rapid.SampledFrom(people), rapid.SampledFrom(projects)
		inputs := []core.ShareInput{toProjects, toMembers, toSelected(h.reports), toSelected(h.churn, h.etl), toUsers("quin@people.test"), toUsers("cleo@people.test", "ana@acme.test")}
		rt.Repeat(map[string]func(*rapid.T){
			"share": func(rt *rapid.T) {
				_, _ = h.as(rapid.SampledFrom([]string{"shay", "ana", "quin"}).Draw(rt, "who")).ShareBucket(ctx, h.raw.ID, 0, rapid.SampledFrom(inputs).Draw(rt, "how"))
			},
			"unshare":  func(rt *rapid.T) { _, _ = h.as("ana").UnshareBucket(ctx, h.raw.ID, 0) },
			"unlink":   func(rt *rapid.T) { _ = h.as(who.Draw(rt, "who")).UnlinkBucket(ctx, h.raw.ID, where.Draw(rt, "where")) },
			"force":    func(rt *rapid.T) { _ = h.as("shay").ForceUnlink(ctx, h.raw.ID, where.Draw(rt, "where")) },
			"come":     func(rt *rapid.T) { h.come(rt, who.Draw(rt, "who"), where.Draw(rt, "where")) },
			"go":       func(rt *rapid.T) { h.leave(who.Draw(rt, "who"), where.Draw(rt, "where")) },
			"organize": func(rt *rapid.T) { h.toggleMember(rapid.SampledFrom([]string{"quin", "cleo", "paul"}).Draw(rt, "who")) },
			"link": func(rt *rapid.T) {
				person, p := who.Draw(rt, "who"), where.Draw(rt, "where")
				_, err := h.as(person).LinkBucket(ctx, h.raw.ID, p, "")
				if err == nil && !h.mayFind(person, p) {
					rt.Fatalf("%s links in project %d what is not shared with them", person, p)
				}
			},
			"": func(rt *rapid.T) {
				person, p := who.Draw(rt, "who"), where.Draw(rt, "where")
				names, err := h.catalog(person, p)
				if err == nil && slices.Contains(names, "Raw loads") != h.mayFind(person, p) {
					rt.Fatalf("%s finds %q in project %d", person, names, p)
				}
			},
		})
	})
}

// mayFind is table SB4 in plain words.
func (h *bucketHouse) mayFind(who string, p core.ProjectID) bool {
	var b core.Bucket
	h.get(func(tx core.Tx) error { return found(&b, h.raw.ID)(tx.Buckets().Get(h.raw.ID)) })
	_, uses := h.membership(p.Ref(), who)
	_, member := h.membership(h.acme.Ref(), who)
	if b.Share == nil {
		return false
	}
	return map[core.SharingType]bool{
		core.ShareProjectMembers:      uses,
		core.ShareOrganizationMembers: member,
		core.ShareSelectedProjects:    uses && slices.Contains(b.Share.Projects, p),
		core.ShareSelectedUsers:       uses && slices.Contains(b.Share.Users, h.id(who)),
	}[b.Share.Type]
}

func (h *bucketHouse) come(rt *rapid.T, who string, p core.ProjectID) {
	if _, in := h.membership(p.Ref(), who); !in {
		h.addUser(p, who, rapid.SampledFrom([]core.Role{core.RoleProjectAdmin, core.RoleGuest, core.RoleReadOnly}).Draw(rt, "role"))
	}
}

func (h *bucketHouse) leave(who string, p core.ProjectID) {
	if _, in := h.membership(p.Ref(), who); in && who != "shay" {
		h.dropMember(p.Ref(), who)
	}
}

func (h *bucketHouse) toggleMember(who string) {
	if _, in := h.membership(h.acme.Ref(), who); in {
		h.dropMember(h.acme.Ref(), who)
		return
	}
	h.addMember(h.acme.Ref(), who, core.RoleDefault)
}

func TestBucketsKeepTheirProject(t *testing.T) { // SB15, OR12
	h := newBucketHouse(t)
	beta := h.addOrganization(h.partnerOne, "Beta")
	h.addMember(beta.Ref(), "otto", core.RoleDefault, core.RoleAdmin)
	h.share("shay", toProjects)
	err := onlyErr(h.as("lea").MoveProject(ctx, h.etl, 0, beta))
	refused(t, err, core.ReasonHasLinks)
	if !strings.Contains(err.Error(), "Raw loads is shared. Stop sharing it first.") {
		t.Errorf("shared: %v", err)
	}
	h.link("quin", h.reports)
	for p, want := range map[core.ProjectID]string{h.etl: "Raw loads is linked in Reports.", h.reports: "Raw loads is linked in Reports."} {
		err := onlyErr(h.as("lea").MoveProject(ctx, p, 0, beta))
		refused(t, err, core.ReasonHasLinks)
		if !strings.Contains(err.Error(), want) {
			t.Errorf("project %d: %v", p, err)
		}
	}
	allowed(t, h.as("quin").UnlinkBucket(ctx, h.raw.ID, h.reports))
	allowed(t, onlyErr(h.as("shay").UnshareBucket(ctx, h.raw.ID, 0)))
	must(h.as("lea").MoveProject(ctx, h.etl, 0, beta))(t)
	if v := must(h.as("otto").Bucket(ctx, h.raw.ID))(t); v.Organization.Name != "Beta" || v.Version != 3 {
		t.Errorf("moved along: %+v", v)
	}
}

func TestBucketUndo(t *testing.T) { // U1
	h := newBucketHouse(t)
	must(h.as("gus").SetBucket(ctx, h.raw.ID, 0, core.BucketPatch{Name: ptr("Raw events"), Description: ptr("Other")}))(t)
	must(h.as("gus").Undo(ctx, core.EventRef{}))(t)
	v := must(h.as("gus").Bucket(ctx, h.raw.ID))(t)
	if v.Name != "Raw loads" || v.Description != "Other" {
		t.Errorf("after undo: %+v", v)
	}
}
