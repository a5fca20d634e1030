// Package screentest builds the house that the tests of screens look at: the start of the scenarios (Partner One with
// Lea and Max; Acme with Ana and Ben; the project Nightly ETL with Pia; the Support accounts Sam and Sue; Otto, an
// outsider), made through use cases, so that everything in it has its event. The store is handed in by the test:
//
//	h := screentest.New(t, storetest(t))
//	d := h.Driver(t, kinds, "ana", app.Page{Kind: "requests"})
package screentest

import (
	"context"
	"crypto/ed25519"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/driver"
)

// Incident is the reason that staff give.
const Incident = "INC-41: nightly load fails"

// House is the house at the start, with what tests do to it. Every step that fails ends the test.
type House struct {
	*core.House
	Clock      *driver.Clock
	People     map[string]core.AccountID // by lower-case first name
	Emails     map[string]string
	PartnerOne core.MaintainerID
	Acme       core.OrganizationID
	ETL        core.ProjectID
	Server     string            // the line to paste that signs in at its server; empty without one
	secrets    map[string]string // for one-time codes, by lower-case first name
	t          testing.TB
}

// New builds the house in an empty store.
func New(t testing.TB, store core.Store) *House {
	t.Helper()
	h := &House{
		Clock: driver.NewClock(), t: t, People: map[string]core.AccountID{}, secrets: map[string]string{},
		Emails: map[string]string{
			"sam": "sam@support.test", "sue": "sue@support.test", "lea": "lea@partner-one.test", "max": "max@partner-one.test",
			"ana": "ana@acme.test", "ben": "ben@acme.test", "pia": "pia@data.test", "otto": "otto@elsewhere.test",
		},
	}
	h.House = core.New(store, core.Options{Clock: h.Clock.Now, RecoveryMemory: 64, Signer: signer})
	ctx := context.Background()
	sam, err := h.Init(ctx, core.InitInput{Email: h.Emails["sam"], Name: "Sam", Maintainer: "Partner One"})
	h.Must(err)
	h.People["sam"] = sam.ID
	h.EnrolMFA("sam")
	page, err := h.As("sam").Maintainers(ctx, core.Query{})
	h.Must(err)
	h.PartnerOne = page.Items[0].ID
	for _, name := range []string{"lea", "max"} {
		h.Add("sam", h.PartnerOne.Ref(), name, core.AddInput{})
		h.EnrolMFA(name)
	}
	h.Must(h.As("sam").LeaveMaintainer(ctx, h.PartnerOne))
	sue, code, err := h.As("sam").CreateAccount(ctx, core.AccountInput{Email: h.Emails["sue"], Support: true, Expires: h.Now().Add(300 * core.Day)})
	h.Must(err)
	h.People["sue"] = sue.ID
	h.activate(code, "Sue")
	h.EnrolMFA("sue")
	otto, code, err := h.As("sam").CreateAccount(ctx, core.AccountInput{Email: h.Emails["otto"]})
	h.Must(err)
	h.People["otto"] = otto.ID
	h.activate(code, "Otto")

	acme, err := h.As("lea").CreateOrganization(ctx, h.PartnerOne, "Acme")
	h.Must(err)
	h.Acme = acme.ID
	h.Add("lea", acme.ID.Ref(), "ana", core.AddInput{})
	h.Add("lea", acme.ID.Ref(), "ben", core.AddInput{})
	h.Must(h.As("lea").LeaveOrganization(ctx, acme.ID))
	h.ETL = h.Project("ana", "Nightly ETL")
	h.Add("ana", h.ETL.Ref(), "pia", core.AddInput{})
	h.Must(h.As("ana").LeaveProject(ctx, h.ETL))
	return h
}

// Must ends the test on an error.
func (h *House) Must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatalf("building the house: %v (%v)", err, errors.Unwrap(err))
	}
}

// As gives a person as actor.
func (h *House) As(name string) *core.Actor {
	h.t.Helper()
	id, ok := h.People[name]
	if !ok {
		h.t.Fatalf("nobody here is called %s", name)
	}
	return h.House.As(id)
}

// Add puts a person into a unit, and activates the account when it is new. Names that have no address yet get one.
func (h *House) Add(by string, unit core.Unit, name string, in core.AddInput) {
	h.t.Helper()
	if h.Emails[name] == "" {
		h.Emails[name] = name + "@acme.test"
	}
	in.Unit, in.Email = unit, h.Emails[name]
	m, code, err := h.As(by).AddMember(context.Background(), in)
	h.Must(err)
	h.People[name] = m.Account
	h.activate(code.Code, strings.ToUpper(name[:1])+name[1:])
}

func (h *House) activate(code, name string) {
	h.t.Helper()
	if code == "" {
		return
	}
	_, err := h.Redeem(context.Background(), code, name)
	h.Must(err)
}

// EnrolMFA turns on the MFA of a person.
func (h *House) EnrolMFA(name string) {
	h.t.Helper()
	e, err := h.As(name).EnrolMFA(context.Background())
	h.Must(err)
	h.secrets[name] = e.Secret
	code, err := h.code(name)
	h.Must(err)
	_, err = h.As(name).ConfirmMFA(context.Background(), code)
	h.Must(err)
}

// Code is the one-time code that the authenticator of a person shows next: half a minute goes by, because a code is taken
// once.
func (h *House) Code(name string) string {
	h.t.Helper()
	h.Clock.Move(30 * time.Second)
	code, err := h.code(name)
	h.Must(err)
	return code
}

func (h *House) code(name string) (string, error) {
	return totp.GenerateCodeCustom(h.secrets[name], h.Clock.Now(), totp.ValidateOpts{Period: 30, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
}

// Project makes a project of Acme.
func (h *House) Project(by, name string) core.ProjectID {
	h.t.Helper()
	p, err := h.As(by).CreateProject(context.Background(), h.Acme, name, "")
	h.Must(err)
	return p.ID
}

// AutoJoin turns the setting of Acme on or off.
func (h *House) AutoJoin(on bool) {
	h.t.Helper()
	_, err := h.As("ana").SetAutoJoin(context.Background(), h.Acme, 0, on)
	h.Must(err)
}

// Request files a request for four hours.
func (h *House) Request(by string, p core.ProjectID, reason string) core.RequestID {
	h.t.Helper()
	q, err := h.As(by).FileRequest(context.Background(), p, Entry(reason))
	h.Must(err)
	return q.ID
}

// Entry is a reason for four hours.
func Entry(reason string) core.Entry {
	return core.Entry{Reason: reason, Term: core.Term{For: core.Minutes(4 * time.Hour)}}
}

// Strange fills the house with names and reasons that are hard to draw: CJK, emoji, combining marks, right to left.
func (h *House) Strange() {
	h.t.Helper()
	h.AutoJoin(false)
	for i, name := range []string{"日本語プロジェクト", "Octopus 🐙 étude e\u0301", "نعناع", "A very long name that does not fit into any column of any list at all, however wide it may be"} {
		id := h.Project("ana", name)
		h.Request([]string{"sam", "lea", "max", "sue"}[i], id, "理由: "+name)
	}
}

// Driver starts the interface as a person.
func (h *House) Driver(t testing.TB, kinds []*app.Kind, name string, page app.Page) *driver.Driver {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	me, err := h.As(name).Me(ctx)
	h.Must(err)
	s := &app.Session{House: h.House, Actor: h.As(name), Person: h.Emails[name], Staff: me.Staff(), Changes: h.Watch(ctx), SignIn: h.Server}
	return driver.New(t, driver.Options{Session: s, Kinds: kinds, Page: page, Clock: h.Clock})
}

// Tick moves the clock and sweeps what is due.
func (h *House) Tick(d time.Duration) {
	h.t.Helper()
	h.Clock.Move(d)
	_, err := h.Sweep(context.Background())
	h.Must(err)
}

// signer is the key that signs checkpoints in every house of the tests.
var signer = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
