package core_test

import (
	"io"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// useCase is one exported method of an Actor or of the House, tried in the start house.
type useCase struct {
	// events is how many main events it writes; linked ones (AU14) come beside them.
	events int
	// given prepares the house and gives the try.
	given func(f *fixture) (try func() error)
	// denied is a try that is refused and audited (AU8).
	denied func(f *fixture) error
}

// change is a use case that writes exactly one event.
func change(given func(*fixture) func() error) useCase { return useCase{events: 1, given: given} }

// quiet is a use case that writes no event: bookkeeping (AU14).
func quiet(given func(*fixture) func() error) useCase { return useCase{given: given} }

// orDenied adds a try that is refused and stands in the log.
func (u useCase) orDenied(try func(*fixture) error) useCase {
	u.denied = try
	return u
}

// noReads are methods that neither read nor write the house.
var noReads = []string{"Actor.From", "Actor.House", "Actor.ID", "Actor.Session", "Actor.OnlyReading", "Actor.Rehearsing", "Actor.Noting", "House.Now", "House.ReadOnly", "House.Store", "House.Watch", "House.Presence", "House.As", "House.SetMailDelivery", "House.LimitSessions"}

// elsewhere are use cases that need an empty house: their own tests look at their events.
var elsewhere = []string{"House.Init", "House.Import"}

// audited lists what AU5 says of reads: these write an event although they change nothing.
var auditedReads = []string{"Actor.MFAImpact", "Actor.ExportMFAList", "Actor.ExportActivity", "Actor.Billing"}

// TestEveryUseCaseIsAudited finds every use case by reflection and tries it: a change writes exactly one event with who,
// when, where from, what and the outcome, bookkeeping and reads write none, and what AU8 names is audited when it is
// refused (AU2, AU5, AU8, AU14, trust-F1). A new use case that is not listed fails the test.
func TestEveryUseCaseIsAudited(t *testing.T) {
	suite.Sequential(t)
	cases := map[string]useCase{}
	for _, part := range []map[string]useCase{
		accountUseCases, unitUseCases, entryUseCases, serviceUseCases, houseUseCases, bookkeepingUseCases,
	} {
		for name, u := range part {
			cases[name] = u
		}
	}
	known := map[string]bool{}
	for _, on := range []reflect.Type{reflect.TypeFor[*core.Actor](), reflect.TypeFor[*core.House]()} {
		for i := range on.NumMethod() {
			name := on.Elem().Name() + "." + on.Method(i).Name
			known[name] = true
			u, ok := cases[name]
			if !ok && isRead(on.Method(i)) {
				continue
			}
			if !ok {
				t.Errorf("%s is a use case that this test does not know: say how it is tried and what it writes", name)
				continue
			}
			t.Run(name, func(t *testing.T) { u.try(t) })
		}
	}
	for name := range cases {
		if !known[name] {
			t.Errorf("%s is listed, but there is no such use case", name)
		}
	}
}

// isRead reports whether a method can only read: its name says what it gives, and it is not one of those that AU5 audits.
func isRead(m reflect.Method) bool {
	name := m.Type.In(0).Elem().Name() + "." + m.Name
	for _, s := range append(noReads, elsewhere...) {
		if s == name {
			return true
		}
	}
	for _, s := range auditedReads {
		if s == name {
			return false
		}
	}
	return readUseCases[name]
}

func (u useCase) try(t *testing.T) {
	h := newFixture(t)
	do := u.given(h)
	before := h.heads()
	if err := do(); err != nil {
		t.Fatalf("refused: %v", err)
	}
	main := h.mainEvents(before)
	if len(main) != u.events {
		t.Fatalf("%d main events, want %d: %+v", len(main), u.events, main)
	}
	for _, e := range main {
		h.whole(e, core.OutcomeDone)
	}
	undoIsTried(h)
	if u.denied == nil {
		return
	}
	before = h.heads()
	err := u.denied(h)
	if core.AsError(err).Code != core.CodeDenied {
		t.Fatalf("the try that must be denied gives %v", err)
	}
	main = h.mainEvents(before)
	if len(main) != 1 || main[0].Reason != string(core.ReasonOf(err)) {
		t.Fatalf("a denied try wrote %+v, want one event with %s", main, core.ReasonOf(err))
	}
	h.whole(main[0], core.OutcomeDenied)
}

// whole checks that an event has who, when, where from, what and the outcome (AU2).
func (h *fixture) whole(e core.Event, outcome string) {
	h.t.Helper()
	if (e.Actor == 0 && e.ActorName == "") || e.Time != h.now() || e.Origin == "" || !strings.Contains(string(e.Action), ".") && e.Action != "undo" ||
		e.Outcome != outcome || e.Sequence == 0 || len(e.Hash) != 64 || len(e.Previous) != 64 {
		h.t.Errorf("not a whole event: %+v", e)
	}
}

// heads gives the newest sequence of every chain.
func (h *fixture) heads() map[core.Ref]uint64 {
	at := map[core.Ref]uint64{}
	for _, head := range allOf(h, core.Tx.Heads, core.Scan{}) {
		at[head.Chain] = head.Sequence
	}
	return at
}

// mainEvents gives the events behind the heads that are no linked ones.
func (h *fixture) mainEvents(behind map[core.Ref]uint64) (main []core.Event) {
	for _, e := range allOf(h, core.Tx.Events, core.Scan{}) {
		if e.Sequence > behind[e.Chain] && e.Linked == "" {
			main = append(main, e)
		}
	}
	return main
}

// readUseCases read and write nothing: the interface asks them all the time.
var readUseCases = map[string]bool{}

func init() {
	for _, name := range strings.Fields(`
		Account Accounts Activity AutoJoinImpact Bucket BucketLinks Buckets Catalog Chains CombinedUsers Comments Counts
		DeleteProjectImpact DemotionImpact FindAccount Grants Home Inbox Invitation Invitations Keys LastUndo MFAOffImpact Maintainer Maintainers
		Me Members MoveImpact OpenContent Organization OrganizationMoveImpact Organizations Outbox Permissions Project ProjectAccess
		Projects RemovalImpact RemoveAccountImpact RemoveKeyImpact RemoveProjectImpact Request Requests RoleImpact Roles SavedFilters Sessions
		Search SharingImpact Surroundings Template Templates Ticket Tickets Units UserProjects VerifyChain Visit Visits Why
		Checkpoint VerifyCheckpoint AccessEntries Check Foresee Rehearse ReadOnlyImpact TakeSupportImpact`) {
		readUseCases["Actor."+name] = true
	}
	for _, name := range strings.Fields("AccountByEmail Empty LocalAccounts NextDue Checkpoint Events MailsWaiting NewestEventBefore Restored") {
		readUseCases["House."+name] = true
	}
}

// TestReadsWriteNothing calls the reads of the start house that every page asks for.
func TestReadsWriteNothing(t *testing.T) {
	h := newFixture(t)
	before := h.heads()
	for _, who := range []string{"sam", "lea", "ana", "pia", "otto"} {
		a := h.as(who)
		_, _ = a.Home(ctx)
		_, _ = a.Counts(ctx)
		_, _ = a.Organizations(ctx, core.OrganizationQuery{All: true})
		_, _ = a.Projects(ctx, core.ProjectQuery{})
		_, _ = a.Members(ctx, h.etl.Ref(), core.Query{})
		_, _ = a.ProjectAccess(ctx, h.etl, core.Query{})
		_, _ = a.CombinedUsers(ctx, h.acme, core.Query{})
		_, _ = a.Roles(ctx, h.acme, core.Query{})
		_, _ = a.Requests(ctx, core.RequestQuery{})
		_, _ = a.Activity(ctx, core.ActivityQuery{})
		_, _ = a.Tickets(ctx, core.TicketQuery{})
		_, _ = a.Buckets(ctx, core.BucketQuery{Project: h.etl})
		_, _ = a.Search(ctx, "nightly", 5)
		_, _ = a.Why(ctx, h.id(who), h.etl)
		_, _ = a.OpenContent(ctx, h.etl)
		_, _ = a.AutoJoinImpact(ctx, h.acme)
		_, _ = a.Permissions(ctx, h.acme.Ref())
	}
	if got := h.mainEvents(before); len(got) != 0 {
		t.Errorf("reading wrote %+v", got)
	}
}

// houseUseCases are what the owner of the house file and the system do.
var houseUseCases = map[string]useCase{
	"House.Activate": change(func(f *fixture) func() error {
		code := f.newcomer()
		return func() error { return onlyErr(f.Activate(ctx, core.Redeeming{Code: code, Name: "Nia"})) }
	}),
	"House.Redeem": change(func(f *fixture) func() error {
		code := f.newcomer()
		return func() error { return onlyErr(f.Redeem(ctx, code, "Nia")) }
	}),
	"House.RenewSupport": change(func(f *fixture) func() error {
		for _, who := range []string{"sam", "sue"} {
			f.editAccount(who, func(a *core.Account) { a.State = core.AccountExpired })
		}
		return func() error { return onlyErr(f.RenewSupport(ctx, "sam@support.test")) }
	}),
	"House.Export": change(func(f *fixture) func() error {
		return func() error { return f.Export(ctx, io.Discard, nil) }
	}),
	"House.ExportSecrets": change(func(f *fixture) func() error {
		return func() error { return f.ExportSecrets(ctx, io.Discard, nil) }
	}),
	"House.Backup": change(func(f *fixture) func() error {
		path := filepath.Join(f.t.(*testing.T).TempDir(), "copy.db") //nolint:forcetypeassert // try gives a test
		return func() error { return f.Backup(ctx, path, nil) }
	}),
	"Actor.Backup": change(func(f *fixture) func() error {
		path := filepath.Join(f.t.(*testing.T).TempDir(), "copy.db") //nolint:forcetypeassert // try gives a test
		return func() error { return f.as("sam").Backup(ctx, path, nil) }
	}),
	"House.SignIn": change(func(f *fixture) func() error {
		key := f.keyOf("pia")
		return func() error { return onlyErr(f.SignIn(ctx, core.SigningIn{Fingerprint: key, Origin: address})) }
	}).orDenied(func(f *fixture) error {
		return onlyErr(f.SignIn(ctx, core.SigningIn{Fingerprint: fingerprintOf(f.t, newKey(f.t)), Origin: address}))
	}),
	"House.ReviewSessions": change(func(f *fixture) func() error {
		f.signIn("pia")
		f.clock.move(48 * time.Hour)
		return func() error { return f.ReviewSessions(ctx) }
	}),
	"Actor.RevokeSession": change(func(f *fixture) func() error {
		s := f.signIn("pia")
		return func() error { return f.as("sam").RevokeSession(ctx, s.Facts().ID) }
	}),
	"House.MarkRestored": doing(func(f *fixture) error { return f.MarkRestored(ctx) }),
	"House.Sweep": change(func(f *fixture) func() error {
		f.autoJoin(false)
		f.editRequest(f.file("sam").ID, func(q *core.Request) { q.Reminded = 3 }) // leaving reminders out is bookkeeping
		f.clock.move(80 * time.Hour)
		return func() error { return onlyErr(f.Sweep(ctx)) }
	}),
}

// newcomer makes an account that waits for its activation, and gives the code.
func (h *fixture) newcomer() string {
	h.t.Helper()
	_, code, err := h.as("pia").AddMember(ctx, core.AddInput{Unit: h.etl.Ref(), Email: "nia@data.test"})
	allowed(h.t, err)
	return code.Code
}
