package bucket_test

import (
	"context"
	"fmt"
	"testing"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/tui/screen/screentest"
)

// bucketHouse is the start house with Shay (share) and Rita (readOnly) in Nightly ETL, and the projects Reports and
// Churn model with Quin and Cleo; Pia has made a bucket.
type bucketHouse struct {
	*screentest.House
	t              *testing.T
	reports, churn core.ProjectID
	raw            core.BucketID
}

var ctx = context.Background()

func house(t *testing.T) *bucketHouse {
	t.Helper()
	store, err := storage.Open(ctx, "memory:", storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	h := &bucketHouse{House: screentest.New(t, store), t: t}
	h.reports, h.churn = h.Project("ana", "Reports"), h.Project("ben", "Churn model")
	h.Add("ana", h.ETL.Ref(), "shay", core.AddInput{Role: core.RoleShare})
	h.Add("ana", h.ETL.Ref(), "rita", core.AddInput{Role: core.RoleReadOnly})
	h.Add("ana", h.reports.Ref(), "quin", core.AddInput{Role: core.RoleProjectAdmin})
	h.Add("ben", h.churn.Ref(), "cleo", core.AddInput{Role: core.RoleProjectAdmin})
	b, err := h.As("pia").CreateBucket(ctx, h.ETL, core.BucketInput{Name: "Raw loads", Description: "Files as they come in"})
	h.Must(err)
	h.raw = b.ID
	return h
}

func (h *bucketHouse) share(in core.ShareInput) {
	h.t.Helper()
	_, err := h.As("shay").ShareBucket(ctx, h.raw, 0, in)
	h.Must(err)
}

func (h *bucketHouse) link(who string, p core.ProjectID) {
	h.t.Helper()
	_, err := h.As(who).LinkBucket(ctx, h.raw, p, "")
	h.Must(err)
}

func (h *bucketHouse) bucket() core.BucketView {
	h.t.Helper()
	v, err := h.As("shay").Bucket(ctx, h.raw)
	h.Must(err)
	return v
}

func tab(p core.ProjectID) string { return fmt.Sprintf("project/%d/buckets", p) }

var everybody = core.ShareInput{Type: core.ShareProjectMembers}

// TestFrames holds the main screens to their looks at every size.
func TestFrames(t *testing.T) {
	h := house(t)
	_, err := h.As("pia").CreateBucket(ctx, h.ETL, core.BucketInput{Name: "日本語 🐙 étude with a very long name that fits nowhere", Description: "lines\nof text"})
	h.Must(err)
	h.share(everybody)
	h.link("quin", h.reports)
	h.link("cleo", h.churn)
	h.Open(t, "shay", tab(h.ETL)).GoldenSizes("project")
	h.Open(t, "quin", tab(h.reports)).Press("t").GoldenSizes("catalog")
	h.Open(t, "ana", fmt.Sprintf("organization/%d/buckets", h.Acme)).GoldenSizes("organization")
	h.share(core.ShareInput{Type: core.ShareSelectedProjects, Projects: []core.ProjectID{h.reports}})
	h.Open(t, "shay", fmt.Sprintf("bucket/%d", h.raw)).GoldenSizes("bucket")
}

// TestCreateAndEdit: a new bucket, a taken name under its field, another owner (RO2).
func TestCreateAndEdit(t *testing.T) {
	h := house(t)
	d := h.Open(t, "pia", tab(h.ETL)).Expect("Raw loads", "own", "not shared")
	d.Press("a").Expect("New bucket in Nightly ETL").Type("raw loads").Press("ctrl+s").Expect("named raw loads", "Choose another name")
	d.Press("ctrl+u").Type("Logs").Press("ctrl+s").Expect("Created Logs.").ExpectLine("Logs", "pia@data.test")
	d.Press("g", "e").Expect("Edit Logs").Press("tab", "tab").Press("ctrl+u").Type("otto@elsewhere.test").Press("ctrl+s").
		Expect("Owner must be a user of Nightly ETL")
	d.Press("ctrl+u").Type("shay@acme.test").Press("ctrl+s").Expect("Saved Logs.").ExpectLine("Logs", "shay@acme.test")
	h.Open(t, "rita", tab(h.ETL)).Expect("Raw loads").Press("a").Expect("Your role readOnly").Press("x", "t").Expect("Your role readOnly")
}

// TestEmpty: empty lists say what to press; who may not look is told who can (A3).
func TestEmpty(t *testing.T) {
	h := house(t)
	h.Open(t, "quin", tab(h.reports)).Expect("no bucket and no link", "a new bucket", "t catalog").Press("e", "s", "x", "u").Expect("There is no row").
		Press("t").Expect("No shared bucket to show here").Press("a", "x", "m").Expect("No shared bucket to show here").Press("esc").Expect("no bucket and no link")
	h.Open(t, "sam", tab(h.ETL)).Expect("Only who is inside sees this. You may join Nightly ETL at once", "J join or request access").
		ExpectNot("Raw loads").Press("J").Expect("Join Nightly ETL")
	h.Open(t, "lea", fmt.Sprintf("organization/%d/buckets", h.Acme)).Expect("Only administrators of Acme").ExpectNot("Raw loads")
	h.Open(t, "otto", fmt.Sprintf("bucket/%d", h.raw)).Expect("There is no bucket 1 that you may see").ExpectNot("Raw")
	h.Open(t, "otto", "bucket/99").Expect("There is no bucket 99 that you may see")
}

// TestShare: the type, then whom, then a card that says what it does; links that are not covered any more are named
// before (SB4, SB7).
func TestShare(t *testing.T) {
	h := house(t)
	h.Open(t, "pia", tab(h.ETL)).Press("s").Expect("Your role admin in Nightly ETL does not allow this", "ana@acme.test")
	d := h.Open(t, "shay", tab(h.ETL))
	d.Press("s").Expect("Share Raw loads with", "all project users", "organization members", "selected projects", "selected people")
	d.Press("enter").Expect("Share Raw loads with all project users?", "Now", "not shared").Press("enter").ExpectNot("is shared with all project users.")
	d.Press("s", "enter", "left", "enter").Expect("Raw loads is shared with all project users.").ExpectLine("Raw loads", "all project users")
	h.link("quin", h.reports)
	d.Press("s").Press("j", "j", "enter").Expect("Projects", "Names or numbers").Type("Nowhere").Press("ctrl+s").Expect(`You see no project called "Nowhere"`)
	d.Press("ctrl+u").Type("99").Press("ctrl+s").Expect("Project 99 does not belong to Acme")
	d.Press("ctrl+u").Type(fmt.Sprint(h.churn)).Press("ctrl+s").Expect("Share Raw loads with selected projects?", "Not covered any more", "Reports.")
	d.Press("left", "enter").Expect("Raw loads is shared with selected projects.")
	if s := h.bucket().Share; len(s.Projects) != 1 || s.Projects[0].ID != uint64(h.churn) {
		t.Errorf("shared: %+v", s)
	}
	d.Press("s").Press("G", "enter").Expect("People").Type("otto@elsewhere.test").Press("ctrl+s").Expect("otto@elsewhere.test does not belong to Acme")
	d.Press("ctrl+u").Type("quin@acme.test").Press("ctrl+s").Press("left", "enter").Expect("is shared with selected people").ExpectLine("Raw loads", "1 person")
	d.Press("u").Expect("Raw loads is linked in Reports", "force it with x")
	h.Must(h.As("quin").UnlinkBucket(ctx, h.raw, h.reports))
	d.Press("r", "u").Expect("Stop sharing Raw loads?").Press("enter").Expect("Raw loads is not shared any more")
	d.Press("u").Expect("is not shared")
}

// TestCatalog: who is covered finds it, links it with a name, and unlinks it again (SB6, SB8, SB12).
func TestCatalog(t *testing.T) {
	h := house(t)
	h.share(everybody)
	d := h.Open(t, "quin", tab(h.reports)).Press("t").Expect("Shared with you here: all", "Raw loads", "not linked", "Nightly ETL")
	d.Press("x").Expect("Raw loads is not linked here").Press("m").Expect("those linked here", "No shared bucket").Press("m", "m").Expect("Raw loads")
	d.Press("a").Expect("Link Raw loads", "read-only link to Raw loads of Nightly ETL").Press("ctrl+u").Type("Loads").Press("ctrl+s").
		Expect("Linked Raw loads as Loads.").ExpectLine("Raw loads", "Loads")
	d.Press("a").Expect("It is linked here already as Loads").Press("t").ExpectLine("Loads", "link", "Nightly ETL")
	d.Press("e").Expect("This is a link and read-only. The bucket is changed in Nightly ETL").Press("x").Expect("Unlink Loads?").Press("enter").ExpectNot("Unlinked")
	d.Press("x", "left", "enter").Expect("Unlinked Loads.", "no bucket and no link")
	h.share(core.ShareInput{Type: core.ShareSelectedProjects, Projects: []core.ProjectID{h.churn}})
	d.Press("t", "r").Expect("No shared bucket to show here") // not covered: as if it were not there
}

// TestForceUnlink: the card names the projects that lose it (SB10); a deleted bucket leaves its page.
func TestForceUnlink(t *testing.T) {
	h := house(t)
	h.share(everybody)
	h.link("quin", h.reports)
	h.link("cleo", h.churn)
	page := fmt.Sprintf("bucket/%d", h.raw)
	h.Open(t, "quin", page).Expect("Raw loads", "Nightly ETL", "LINKED IN").ExpectLine("Reports", "covered").Press("x").Expect("no relation to project 1").
		ExpectNot("Churn model")
	d := h.Open(t, "shay", page).ExpectLine("Reports", "quin@acme").ExpectLine("Churn model", "cleo@acme")
	d.Press("X").Expect("is linked in Reports, Churn model")
	d.Press("*", "x").Expect("Unlink Raw loads in 2 projects by force?", "Reports", "Churn model", "linked as Raw loads by cleo@acme.test").Press("esc")
	d.Press("\\", "g", "x").Expect("in Reports by force?").Press("left", "enter").Expect("Unlinked Raw loads in Reports.").ExpectNot("quin@acme")
	d.Press("x", "left", "enter").Expect("It is linked nowhere.")
	d.Press("u", "enter").Expect("not shared any more").Press("X").Expect("Delete Raw loads?").Type("Raw loads").Press("enter", "left", "enter").Expect("Deleted Raw loads.")
}

// TestLive: what others do to a bucket shows without a key, and a card about what is gone closes (behaviours 2, 3).
func TestLive(t *testing.T) {
	h := house(t)
	d := h.Open(t, "shay", tab(h.ETL)).Press("e").Expect("Edit Raw loads")
	name := "Raw events"
	_, err := h.As("pia").SetBucket(ctx, h.raw, 0, core.BucketPatch{Name: &name})
	h.Must(err)
	d.Changed().Expect("was changed while you were looking").Expect("Raw events")
}
