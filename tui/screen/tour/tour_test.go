package tour_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/tui/app"
	"gatehouse/tui/driver"
	"gatehouse/tui/screen"
	"gatehouse/tui/screen/screentest"
	"gatehouse/tui/screen/start"
	"gatehouse/tui/screen/tour"
	"gatehouse/tui/theme"
)

// stage is a demo house of the tests, with a walkthrough that its use cases are told to by hand: what the house of the
// visitor tells is tested where the demo is made.
func stage(t *testing.T) (*screentest.House, *tour.Tour, tour.Scene) {
	t.Helper()
	store, err := storage.Open(context.Background(), "memory:", storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	h := screentest.New(t, store)
	part := func(name string) tour.Part { return tour.Part{ID: h.People[name], Email: h.Emails[name]} }
	scene := tour.Scene{
		Admin: part("ana"), Engineer: part("sam"), User: part("pia"), LockedOut: part("otto"),
		Organization: core.Named{ID: uint64(h.Acme), Name: "Acme"}, Project: core.Named{ID: uint64(h.ETL), Name: "Nightly ETL"},
	}
	return h, tour.New(), scene
}

func open(t *testing.T, h *screentest.House, leads *tour.Tour) *driver.Driver {
	t.Helper()
	s := h.Session(t)
	cast := []screen.Part{{ID: h.People["ana"], Email: h.Emails["ana"], Who: "administrator of Acme"}, {ID: h.People["sam"], Email: h.Emails["sam"], Who: "support engineer"}}
	screen.Demo(s, h.House, screen.DemoOptions{Cast: cast, Tour: leads, Welcome: true})
	actor := h.As("ana")
	me, err := actor.Me(context.Background())
	h.Must(err)
	screen.Become(s, actor, me, screen.Wishes{})
	return driver.New(t, driver.Options{Session: s, Kinds: h.Kinds(s, start.Options{}), Clock: h.Clock, Page: app.Page{Kind: "home"}})
}

// tell tells the walkthrough uses of the house.
func tell(h *screentest.House, leads *tour.Tour, uses ...core.Use) {
	for _, u := range uses {
		u.Time = h.Now()
		leads.Witness(u)
	}
}

// The panel, the list and the end at every size.
func TestFrames(t *testing.T) {
	h, leads, scene := stage(t)
	leads.Begin(scene)
	d := open(t, h, leads)
	d.GoldenSizes("welcome").Press("esc").GoldenSizes("first")
	tell(h, leads, core.Use{Action: core.UseSeeOrganization, Actor: scene.Admin.ID, Subjects: []core.Ref{h.Acme.Ref()}})
	d.Press("3", "enter").GoldenSizes("ticked")
	d.Advance(10 * time.Second).Press("0").GoldenSizes("list")
	d.Press("esc")
	tell(h, leads, story(h, scene)...)
	d.Press("7").Advance(2 * time.Second).GoldenSizes("end")
	d.Press("enter").Advance(10 * time.Second).Golden("after")
	d.Press("T").Advance(10*time.Second).ExpectNot("Walkthrough", "You have seen it all").Golden("away")
}

// story is what the house tells on the way, from closing the door on.
func story(h *screentest.House, s tour.Scene) []core.Use {
	org, project, sam := []core.Ref{h.Acme.Ref()}, []core.Ref{h.ETL.Ref(), {Kind: core.KindRequest, ID: 1}, s.Engineer.ID.Ref()}, s.Engineer.ID.Ref()
	return []core.Use{
		{Action: "settings.auto_join", Actor: s.Admin.ID, Subjects: org, Changes: []core.Change{{Field: "auto_join", Before: "on", After: "off"}}},
		{Action: "request.file", Actor: s.Engineer.ID, Subjects: project},
		{Action: "request.approve", Actor: s.User.ID, Subjects: append(slices.Clone(project), core.VisitID(1).Ref())},
		{Action: "visit.end", Subjects: []core.Ref{h.ETL.Ref(), core.VisitID(1).Ref(), sam}},
		{Action: "settings.mfa_list_view", Actor: s.Admin.ID, Subjects: org},
		{Action: "settings.mfa_require", Actor: s.Admin.ID, Subjects: org},
		{Action: core.UseWhy, Actor: s.Admin.ID, Subjects: []core.Ref{s.LockedOut.ID.Ref(), h.ETL.Ref()}, Verdict: string(core.WhyRefused)},
		{Action: "undo", Actor: s.Admin.ID, Subjects: org},
		{Action: "grant.add", Actor: s.Admin.ID, Subjects: []core.Ref{h.ETL.Ref()}},
		{Action: core.UseVerify, Actor: s.Admin.ID, Subjects: org, Verdict: core.VerdictWhole},
	}
}

// Each use ticks its own step only, in any order; what is nearly it ticks nothing.
func TestTicks(t *testing.T) {
	h, _, scene := stage(t)
	uses := story(h, scene)
	elsewhere := []core.Ref{core.OrganizationID(99).Ref(), core.ProjectID(99).Ref()}
	off := []core.Change{{Field: "auto_join", Before: "on", After: "off"}}
	for _, c := range []struct {
		name string
		uses []core.Use
		want []string
	}{
		{"the door is closed", uses[:1], []string{tour.Close}},
		{"opened again", []core.Use{{Action: "settings.auto_join", Subjects: uses[0].Subjects, Changes: []core.Change{{After: "on"}}}}, nil},
		{"another door", []core.Use{{Action: "settings.auto_join", Subjects: elsewhere, Changes: off}}, nil},
		{"asked elsewhere", []core.Use{{Action: "request.file", Actor: scene.Engineer.ID, Subjects: elsewhere}}, nil},
		{"approved elsewhere", []core.Use{{Action: "request.approve", Subjects: append(slices.Clone(elsewhere), scene.Engineer.ID.Ref(), core.VisitID(1).Ref())}}, nil},
		{"approved before it was asked for", uses[2:3], []string{tour.Approve}},
		{"the visit of somebody else ends", append(slices.Clone(uses[1:3]), core.Use{Action: "visit.end", Subjects: []core.Ref{h.ETL.Ref(), scene.User.ID.Ref()}}), []string{tour.Ask, tour.Approve}},
		{"another visit of the same person ends", append(slices.Clone(uses[1:3]), core.Use{Action: "visit.end", Subjects: []core.Ref{h.ETL.Ref(), core.VisitID(2).Ref(), scene.Engineer.ID.Ref()}}), []string{tour.Ask, tour.Approve}},
		{"ended by a person", append(slices.Clone(uses[1:3]), core.Use{Action: "visit.end", Actor: scene.User.ID, Subjects: uses[3].Subjects}), []string{tour.Ask, tour.Approve}},
		{"MFA without reading", uses[5:6], nil},
		{"MFA read only", uses[4:5], nil},
		{"MFA from a date", []core.Use{uses[4], {Action: "settings.mfa_schedule", Subjects: uses[5].Subjects}}, []string{tour.RequireMFA}},
		{"why somebody is inside", []core.Use{{Action: core.UseWhy, Subjects: uses[6].Subjects, Verdict: string(core.WhyInside)}}, nil},
		{"a broken chain", []core.Use{{Action: core.UseVerify, Verdict: core.VerdictBroken}}, nil},
		{"backwards", []core.Use{uses[9], uses[8], uses[7], uses[6]}, []string{tour.Why, tour.Undo, tour.Grant, tour.Verify}},
		{"rejected", []core.Use{uses[1], {Action: "request.reject", Subjects: uses[1].Subjects}}, nil},
		{"another one rejected", []core.Use{uses[1], {Action: "request.reject", Subjects: []core.Ref{h.ETL.Ref(), scene.User.ID.Ref()}}}, []string{tour.Ask}},
		{"lapsed, and asked again", []core.Use{uses[1], {Action: "request.lapse", Subjects: uses[1].Subjects}, uses[1]}, []string{tour.Ask}},
		{"revoked", append(slices.Clone(uses[1:3]), core.Use{Action: "visit.revoke", Subjects: uses[3].Subjects}), nil},
		{"revoked later", append(slices.Clone(uses[1:4]), core.Use{Action: "visit.revoke", Subjects: uses[3].Subjects}), []string{tour.Ask, tour.Approve, tour.RunOut}},
	} {
		leads := tour.New()
		tell(h, leads, uses...) // while the house is filled, nothing counts
		leads.Begin(scene)
		tell(h, leads, c.uses...)
		if got := leads.Done(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Whatever the panel and the list say fits on the smallest terminal.
func TestTextsFit(t *testing.T) {
	_, leads, scene := stage(t)
	scene.LockedOut.Email = "rio@acme.test"
	leads.Begin(scene)
	look := theme.Must(theme.Dark, false)
	for _, line := range leads.AllLines(look) {
		if line.Width > 60 {
			t.Errorf("%d cells: %s", line.Width, strings.TrimSpace(line.Text))
		}
	}
}
