package core_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gatehouse/core"
)

// bucketHouse is the start house with what buckets need: Gus and Shay use the project as guest and share, Rita is
// readOnly; Reports and Churn are further projects of Acme with Quin and Cleo as admin of one each, neither in Acme;
// Paul is a plain member of Acme.
type bucketHouse struct {
	*fixture
	reports, churn core.ProjectID
	raw            core.Bucket
}

func newBucketHouse(t tester) *bucketHouse {
	t.Helper()
	h := &bucketHouse{fixture: newFixture(t)}
	for _, name := range []string{"gus", "shay", "rita", "quin", "cleo", "paul"} {
		h.addAccount(name, name+"@people.test")
	}
	h.addUser(h.etl, "gus", core.RoleGuest)
	h.addUser(h.etl, "shay", core.RoleShare)
	h.addUser(h.etl, "rita", core.RoleReadOnly)
	h.reports, h.churn = h.addProject(h.acme, "Reports"), h.addProject(h.acme, "Churn model")
	h.addUser(h.reports, "quin", core.RoleProjectAdmin)
	h.addUser(h.churn, "cleo", core.RoleProjectAdmin)
	h.addMember(h.acme.Ref(), "paul", core.RoleDefault)
	h.raw = h.create("gus", h.etl, "Raw loads")
	return h
}

func (h *bucketHouse) create(who string, p core.ProjectID, name string) core.Bucket {
	h.t.Helper()
	return must(h.as(who).CreateBucket(ctx, p, core.BucketInput{Name: name, Description: "What came in"}))(h.t)
}

func (h *bucketHouse) share(who string, in core.ShareInput) core.Bucket {
	h.t.Helper()
	return must(h.as(who).ShareBucket(ctx, h.raw.ID, 0, in))(h.t)
}

func (h *bucketHouse) link(who string, p core.ProjectID) {
	h.t.Helper()
	must(h.as(who).LinkBucket(ctx, h.raw.ID, p, ""))(h.t)
}

var (
	toProjects = core.ShareInput{Type: core.ShareProjectMembers}
	toMembers  = core.ShareInput{Type: core.ShareOrganizationMembers}
)

func toSelected(ids ...core.ProjectID) core.ShareInput {
	return core.ShareInput{Type: core.ShareSelectedProjects, Projects: ids}
}

func toUsers(named ...string) core.ShareInput {
	return core.ShareInput{Type: core.ShareSelectedUsers, Users: named}
}

// catalog lists the names that somebody finds in the catalog of a project, or gives the refusal.
func (h *bucketHouse) catalog(who string, p core.ProjectID, show ...core.CatalogShow) ([]string, error) {
	q := core.CatalogQuery{Project: p}
	if len(show) > 0 {
		q.Show = show[0]
	}
	page, err := h.as(who).Catalog(ctx, q)
	return titles(page.Items), err
}

func titles(items []core.BucketView) []string {
	names := []string{}
	for _, v := range items {
		names = append(names, v.Title())
	}
	return names
}

func TestBucketLife(t *testing.T) { // RO2, SB12, AU9, F10, F11, U1
	h := newBucketHouse(t)
	if h.raw.Owner != h.id("gus") || h.raw.Version != 1 || h.raw.Organization != h.acme {
		t.Fatalf("created: %+v", h.raw)
	}
	e := h.lastEvent(h.acme.Ref(), "bucket.create")
	if !slices.Equal(e.Subjects, []core.Ref{h.etl.Ref(), h.raw.ID.Ref()}) || strings.Contains(fmt.Sprint(e), "Raw") {
		t.Errorf("event: %+v", e)
	}
	name, text, owner := "Raw events", "", "pia@data.test"
	var b core.Bucket
	h.writes(1, func() {
		b = must(h.as("gus").SetBucket(ctx, h.raw.ID, 1, core.BucketPatch{Name: &name, Description: &text, Owner: &owner}))(t)
	})
	if b.Name != name || b.Description != "" || b.Owner != h.id("pia") || b.Version != 2 {
		t.Errorf("changed: %+v", b)
	}
	if undos := allOf(h.fixture, core.Tx.Undos, core.Scan{}); len(undos) != 1 || undos[0].Before.Bucket.Name != "Raw loads" || undos[0].After.Bucket.Version != 2 {
		t.Errorf("undos: %+v", undos)
	}
	h.writes(0, func() { // F11
		b = must(h.as("gus").SetBucket(ctx, h.raw.ID, 2, core.BucketPatch{Name: &name, Owner: &owner}))(t)
	})
	if b.Version != 2 {
		t.Errorf("version %d after no change", b.Version)
	}
	err := onlyErr(h.as("ana").SetBucket(ctx, h.raw.ID, 1, core.BucketPatch{Name: &name}))
	refused(t, err, core.ReasonStale)
	if !strings.Contains(err.Error(), "Raw events was changed by gus@people.test") {
		t.Errorf("stale: %v", err)
	}
	refused(t, h.as("gus").DeleteBucket(ctx, h.raw.ID, 1), core.ReasonStale)
	h.writes(1, func() { allowed(t, h.as("gus").DeleteBucket(ctx, h.raw.ID, 2)) })
	h.lastEvent(h.acme.Ref(), "bucket.delete")
	refused(t, onlyErr(h.as("gus").Bucket(ctx, h.raw.ID)), core.ReasonNotFound)
}

func TestBucketInput(t *testing.T) { // F1, F2, F5, A9
	h := newBucketHouse(t)
	h.share("shay", toProjects)
	h.link("quin", h.reports)
	for _, c := range []struct {
		name string
		in   core.BucketInput
		want core.Reason
	}{
		{"no name", core.BucketInput{Name: " "}, core.ReasonNameRequired},
		{"too long a name", core.BucketInput{Name: strings.Repeat("x", 101)}, core.ReasonNameRequired},
		{"an escape in the name", core.BucketInput{Name: "a\x1b[31m"}, core.ReasonInvalidText},
		{"a direction control in the description", core.BucketInput{Name: "a", Description: "\u202e"}, core.ReasonInvalidText},
		{"too long a description", core.BucketInput{Name: "a", Description: strings.Repeat("x", 501)}, core.ReasonInvalidText},
		{"no address", core.BucketInput{Name: "a", Owner: "gus"}, core.ReasonInvalidEmail},
		{"an owner who is not there", core.BucketInput{Name: "a", Owner: "nobody@people.test"}, core.ReasonInvalidValue},
		{"an owner from outside", core.BucketInput{Name: "a", Owner: "otto@elsewhere.test"}, core.ReasonInvalidValue},
		{"an owner who is a plain member", core.BucketInput{Name: "a", Owner: "paul@people.test"}, core.ReasonInvalidValue},
		{"the name of a link, in another case (F2)", core.BucketInput{Name: "RAW LOADS"}, core.ReasonNameTaken},
	} {
		t.Run(c.name, func(t *testing.T) {
			h.writes(0, func() { refused(t, onlyErr(h.as("quin").CreateBucket(ctx, h.reports, c.in)), c.want) })
		})
	}
	other := h.create("gus", h.etl, "Other")
	refused(t, onlyErr(h.as("gus").SetBucket(ctx, other.ID, 0, core.BucketPatch{Name: ptr("raw loads")})), core.ReasonNameTaken)
	allowed(t, onlyErr(h.as("gus").SetBucket(ctx, other.ID, 0, core.BucketPatch{Name: ptr("OTHER"), Owner: ptr("ana@acme.test")})))
	allowed(t, onlyErr(h.as("quin").CreateBucket(ctx, h.reports, core.BucketInput{Name: "Mine"})))
	refused(t, onlyErr(h.as("quin").LinkBucket(ctx, h.raw.ID, h.reports, "Mine")), core.ReasonAlreadyLinked)
	allowed(t, h.as("quin").UnlinkBucket(ctx, h.raw.ID, h.reports))
	refused(t, onlyErr(h.as("quin").LinkBucket(ctx, h.raw.ID, h.reports, "mine")), core.ReasonNameTaken)
	refused(t, onlyErr(h.as("quin").LinkBucket(ctx, h.raw.ID, h.reports, "\u200b")), core.ReasonInvalidText)
	allowed(t, onlyErr(h.as("quin").LinkBucket(ctx, h.raw.ID, h.reports, "Loads")))
}

func TestBucketSharing(t *testing.T) { // SB2–SB9
	h := newBucketHouse(t)
	beta := h.addOrganization(h.partnerOne, "Beta")
	h.addMember(beta.Ref(), "otto", core.RoleDefault, core.RoleAdmin)
	foreign := h.addProject(beta, "Foreign")
	gone := h.addProject(h.acme, "Gone", func(p *core.Project) { p.State, p.Deleted = core.ProjectDeleted, h.now() })
	id := h.raw.ID

	for _, who := range []string{"gus", "pia", "rita"} { // SB2: an admin does not share
		refused(t, onlyErr(h.as(who).ShareBucket(ctx, id, 0, toProjects)), core.ReasonRoleRestricted)
	}
	for who, want := range map[string]core.Reason{
		"otto": core.ReasonNotFound, "paul": core.ReasonNotFound, "sam": core.ReasonNotFound, "lea": core.ReasonNotFound, "quin": core.ReasonNotFound,
	} {
		refused(t, onlyErr(h.as(who).ShareBucket(ctx, id, 0, toProjects)), want)
	}
	must(h.as("sam").JoinProject(ctx, h.etl, entryP()))(t)
	refused(t, onlyErr(h.as("sam").ShareBucket(ctx, id, 0, toProjects)), core.ReasonVisitorRestricted) // V4
	refused(t, onlyErr(h.as("shay").UnshareBucket(ctx, id, 0)), core.ReasonNotShared)
	refused(t, onlyErr(h.as("shay").ChangeSharing(ctx, id, 0, toProjects)), core.ReasonNotShared) // SB7

	for name, c := range map[string]struct {
		in   core.ShareInput
		want core.Reason
	}{
		"an unknown type":                  {core.ShareInput{Type: "everybody"}, core.ReasonInvalidValue},
		"no projects":                      {toSelected(), core.ReasonInvalidValue},
		"no people":                        {toUsers(), core.ReasonInvalidValue},
		"people with a type for all":       {core.ShareInput{Type: core.ShareProjectMembers, Users: []string{"7"}}, core.ReasonInvalidValue},
		"a project of another":             {toSelected(h.reports, foreign), core.ReasonTargetNotInOrg},
		"a deleted project":                {toSelected(gone), core.ReasonTargetNotInOrg},
		"a project that is not there":      {toSelected(99), core.ReasonTargetNotInOrg},
		"somebody from outside":            {toUsers("otto@elsewhere.test"), core.ReasonTargetNotInOrg},
		"somebody unknown":                 {toUsers("nobody@people.test"), core.ReasonTargetNotInOrg},
		"a number that is nobody":          {toUsers("999"), core.ReasonTargetNotInOrg},
		"nobody":                           {toUsers("0"), core.ReasonTargetNotInOrg},
		"a member who uses no project":     {toUsers("paul@people.test"), core.ReasonTargetNotInOrg},
		"somebody without an address":      {toUsers("quin"), core.ReasonInvalidEmail},
		"more projects than one can check": {toSelected(make([]core.ProjectID, 201)...), core.ReasonInvalidValue},
	} {
		t.Run(name, func(t *testing.T) {
			h.writes(0, func() { refused(t, onlyErr(h.as("shay").ShareBucket(ctx, id, 0, c.in)), c.want) })
		})
	}
	unknown := onlyErr(h.as("shay").ShareBucket(ctx, id, 0, toUsers("nobody@people.test"))).Error()
	outside := onlyErr(h.as("shay").ShareBucket(ctx, id, 0, toUsers("otto@elsewhere.test"))).Error()
	if strings.ReplaceAll(unknown, "nobody@people.test", "X") != strings.ReplaceAll(outside, "otto@elsewhere.test", "X") {
		t.Errorf("who exists shows: %q, %q", unknown, outside)
	}

	b := h.share("shay", toUsers("cleo@people.test", h.id("quin").String(), "cleo@people.test"))
	if !slices.Equal(b.Share.Users, []core.AccountID{h.id("quin"), h.id("cleo")}) || b.Share.By != h.id("shay") {
		t.Errorf("shared: %+v", b.Share)
	}
	h.writes(0, func() { h.share("ana", toUsers("quin@people.test", "cleo@people.test")) }) // F11
	h.writes(1, func() { b = h.share("ana", toSelected(h.reports)) })
	if b.Share.Users != nil || b.Share.By != h.id("ana") { // SB7: another type clears them
		t.Errorf("shared anew: %+v", b.Share)
	}
	e := h.lastEvent(h.acme.Ref(), "bucket.share")
	if got := fmt.Sprint(e.Changes); !strings.Contains(got, "selected_users") || !strings.Contains(got, h.reports.Ref().String()) {
		t.Errorf("event: %s", got)
	}
	h.link("quin", h.reports)
	refused(t, onlyErr(h.as("quin").LinkBucket(ctx, id, h.reports, "Twice")), core.ReasonAlreadyLinked) // SB8
	err := onlyErr(h.as("shay").UnshareBucket(ctx, id, 0))
	refused(t, err, core.ReasonHasLinks) // SB9
	if !strings.Contains(err.Error(), "Raw loads is linked in Reports.") {
		t.Errorf("has_links: %v", err)
	}
	refused(t, h.as("gus").DeleteBucket(ctx, id, 0), core.ReasonHasLinks)
	impact := must(h.as("shay").SharingImpact(ctx, id, toSelected(h.churn)))(t)
	if impact.Links != 1 || impact.Total != 1 || len(impact.Uncovered) != 1 || impact.Uncovered[0].Project.Name != "Reports" {
		t.Errorf("impact: %+v", impact)
	}
	allowed(t, h.as("quin").UnlinkBucket(ctx, id, h.reports))
	refused(t, h.as("quin").UnlinkBucket(ctx, id, h.reports), core.ReasonNotLinked)
	h.writes(1, func() { allowed(t, onlyErr(h.as("shay").UnshareBucket(ctx, id, 0))) })
	h.lastEvent(h.acme.Ref(), "bucket.unshare")
}

func TestBucketProtected(t *testing.T) { // section 14: who shares and links in a protected project
	h := newBucketHouse(t)
	vault := h.addProject(h.acme, "Vault", func(p *core.Project) { p.RoleSet = core.RoleSetProtected })
	h.addUser(vault, "otto", core.RoleProductionManager)
	h.addUser(vault, "cleo", core.RoleDeveloper)
	h.addUser(vault, "rita", core.RoleReviewer)
	h.share("shay", toProjects)
	b := h.create("cleo", vault, "Sealed")
	refused(t, onlyErr(h.as("cleo").ShareBucket(ctx, b.ID, 0, toProjects)), core.ReasonRoleRestricted)
	allowed(t, onlyErr(h.as("otto").ShareBucket(ctx, b.ID, 0, toProjects)))
	for _, who := range []string{"cleo", "rita"} {
		refused(t, onlyErr(h.as(who).LinkBucket(ctx, h.raw.ID, vault, "")), core.ReasonRoleRestricted)
		if names := must(h.catalog(who, vault))(t); !slices.Equal(names, []string{"Raw loads", "Sealed"}) {
			t.Errorf("%s finds %q", who, names)
		}
	}
	allowed(t, onlyErr(h.as("otto").LinkBucket(ctx, h.raw.ID, vault, "")))
	allowed(t, onlyErr(h.as("otto").LinkBucket(ctx, b.ID, vault, "Sealed again"))) // SB8: its own too
	refused(t, onlyErr(h.as("rita").CreateBucket(ctx, vault, core.BucketInput{Name: "x"})), core.ReasonRoleRestricted)
	refused(t, onlyErr(h.catalog("rita", h.etl)), core.ReasonRoleRestricted) // readOnly there: no catalog
}

func TestBucketCatalog(t *testing.T) { // SB4, SB6, SB12, SB14
	h := newBucketHouse(t)
	h.addUser(h.reports, "ana", core.RoleProjectAdmin)
	second := h.create("pia", h.etl, "Second")
	must(h.as("shay").ShareBucket(ctx, second.ID, 0, toProjects))(t)
	for _, c := range []struct {
		name                         string
		in                           core.ShareInput
		quin, cleo, ana, ben, sharer bool // quin and ana in Reports, cleo in Churn, ben not a user, shay at home
	}{
		{"project members", toProjects, true, true, true, false, true},
		{"organization members", toMembers, false, false, true, true, false},
		{"a project", toSelected(h.reports), true, false, true, false, false},
		{"a person", toUsers("quin@people.test"), true, false, false, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			h.share("shay", c.in)
			for _, p := range []struct {
				who     string
				project core.ProjectID
				want    bool
			}{
				{"quin", h.reports, c.quin},
				{"cleo", h.churn, c.cleo},
				{"ana", h.reports, c.ana},
				{"ben", h.reports, c.ben},
				{"shay", h.etl, c.sharer},
			} {
				names := must(h.catalog(p.who, p.project))(t)
				if slices.Contains(names, "Raw loads") != p.want {
					t.Errorf("%s finds %q in project %d", p.who, names, p.project)
				}
				err := onlyErr(h.as(p.who).LinkBucket(ctx, h.raw.ID, p.project, "Probe"))
				switch {
				case p.who == "ben": // SB14: an administrator who uses no project links nothing
					refused(t, err, core.ReasonForbidden)
				case p.want:
					allowed(t, err)
					allowed(t, h.as(p.who).UnlinkBucket(ctx, h.raw.ID, p.project))
				default:
					refused(t, err, core.ReasonForbidden) // SB6
				}
			}
		})
	}
	h.share("shay", toProjects)
	h.link("quin", h.reports)
	for show, want := range map[core.CatalogShow][]string{
		core.CatalogAll: {"Raw loads", "Second"}, core.CatalogLinked: {"Raw loads"}, core.CatalogMine: {},
	} {
		if got := must(h.catalog("quin", h.reports, show))(t); !slices.Equal(got, want) {
			t.Errorf("%q shows %q, want %q", show, got, want)
		}
	}
	if got := must(h.catalog("pia", h.etl, core.CatalogMine))(t); !slices.Equal(got, []string{"Second"}) {
		t.Errorf("Pia's own: %q", got)
	}
	refused(t, onlyErr(h.catalog("quin", h.reports, "everything")), core.ReasonInvalidValue)
	refused(t, onlyErr(h.catalog("paul", h.reports)), core.ReasonAdminRoleRequired)
	refused(t, onlyErr(h.catalog("otto", h.reports)), core.ReasonForbidden)
	refused(t, onlyErr(h.catalog("sam", h.reports)), core.ReasonUseJoin)
	h.autoJoin(false)
	refused(t, onlyErr(h.catalog("sam", h.reports)), core.ReasonAutoJoinDisabled) // A4
}
