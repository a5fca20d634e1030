package main

import (
	"context"
	"crypto/rand"
	"regexp"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
	"github.com/rogpeppe/go-internal/testscript"

	"gatehouse/core"
	"gatehouse/storage"
)

// The words that scripts have besides those of testscript.

// scriptClock is what the program believes the time is.
func scriptClock(ts *testscript.TestScript) time.Time {
	at, err := time.Parse(time.RFC3339, ts.Getenv(clockVariable))
	ts.Check(err)
	return at
}

// moveClock D moves the clock ahead by a duration such as 4h.
func moveClock(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: clock DURATION")
	}
	d, err := parseLength("clock", args[0])
	ts.Check(err)
	ts.Setenv(clockVariable, scriptClock(ts).Add(d.Duration()).Format(time.RFC3339))
}

// grab NAME REGEXP puts what the first group found in the last standard output into a variable.
func grab(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: grab NAME REGEXP")
	}
	found := regexp.MustCompile("(?m)" + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) != 2 {
		ts.Fatalf("%q does not find one thing", args[1])
	}
	ts.Setenv(args[0], found[1])
}

// otp NAME SECRET puts the one-time code of the moment into a variable.
func oneTimeCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: otp NAME SECRET")
	}
	code, err := codeAt(args[1], scriptClock(ts))
	ts.Check(err)
	ts.Setenv(args[0], code)
}

func codeAt(secret string, at time.Time) (string, error) {
	return totp.GenerateCodeCustom(secret, at, totp.ValidateOpts{Period: 30, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
}

// start makes the house of most scripts in the file of GATEHOUSE_DB, which it sets.
func startHouse(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: start")
	}
	path := ts.MkAbs("house.db")
	ts.Check(makeStart(context.Background(), path, scriptClock(ts)))
	ts.Setenv("GATEHOUSE_DB", path)
}

// People of the house that scripts start with.
const (
	sue  = "sue@support.test"     // 1: Support, with MFA
	sam  = "sam@support.test"     // 2: Support, with MFA
	lea  = "lea@partner-one.test" // 3: member of maintainer 1, with MFA
	ana  = "ana@acme.test"        // 4: administrator of organization 1
	ben  = "ben@acme.test"        // 5: administrator of organization 1
	pia  = "pia@data.test"        // 6: user of project 1 (admin)
	otto = "otto@elsewhere.test"  // 7: outsider
)

// makeStart makes a house as scenarios/open.md begins: maintainer 1 "Partner One" with Lea, organization 1 "Acme" with
// Ana and Ben, project 1 "Nightly ETL" with Pia; two Support accounts and an outsider. Auto Join is on.
func makeStart(ctx context.Context, path string, now time.Time) error {
	_, err := makeStartTelling(ctx, path, now)
	return err
}

// makeStartTelling is makeStart, and gives the secrets of the one-time codes by address. Codes from the present step on
// are free.
func makeStartTelling(ctx context.Context, path string, now time.Time) (secrets map[string]string, err error) {
	store, err := storage.Open(ctx, "bolt:"+path, storage.Options{NoSync: true})
	if err != nil {
		return nil, err
	}
	defer func() {
		if closing := store.Close(); err == nil {
			err = closing
		}
	}()
	key, err := makeHouseKey(keyPath(path)) // the verbs that run later find the same
	if err != nil {
		return nil, err
	}
	sealer, err := core.NewSealer(key.seal, rand.Reader)
	if err != nil {
		return nil, err
	}
	options := core.Options{Clock: func() time.Time { return now }, RecoveryMemory: 64, Sealer: sealer}
	s := starting{ctx: ctx, now: now, house: core.New(store, options), secrets: map[string]string{}}
	return s.secrets, s.build()
}

type starting struct {
	ctx   context.Context
	now   time.Time
	house *core.House
	err   error
	// secrets are those of the one-time codes, by address.
	secrets map[string]string
}

func (s *starting) as(email string) *core.Actor {
	acc, err := s.house.AccountByEmail(s.ctx, email)
	s.keep(err)
	return s.house.As(acc.ID)
}

func (s *starting) keep(err error) {
	if s.err == nil {
		s.err = err
	}
}

func (s *starting) redeem(code, name string) {
	_, err := s.house.Redeem(s.ctx, code, name)
	s.keep(err)
}

func (s *starting) add(by string, in core.AddInput) {
	_, code, err := s.as(by).AddMember(s.ctx, in)
	s.keep(err)
	if code.Code != "" {
		name, _, _ := strings.Cut(in.Email, "@")
		s.redeem(code.Code, strings.ToUpper(name[:1])+name[1:])
	}
}

func (s *starting) enrol(email string) {
	e, err := s.as(email).EnrolMFA(s.ctx)
	s.keep(err)
	s.secrets[email] = e.Secret
	code, err := codeAt(e.Secret, s.now.Add(-30*time.Second)) // the present step stays free for the script
	s.keep(err)
	_, err = s.as(email).ConfirmMFA(s.ctx, code)
	s.keep(err)
}

func (s *starting) build() error {
	_, err := s.house.Init(s.ctx, core.InitInput{Email: sue, Name: "Sue", Maintainer: "Partner One"})
	s.keep(err)
	s.enrol(sue)
	_, code, err := s.as(sue).CreateAccount(s.ctx, core.AccountInput{Email: sam, Name: "Sam", Support: true, Expires: core.At(s.now).Add(300 * core.Day)})
	s.keep(err)
	s.redeem(code, "")
	s.enrol(sam)

	maintainer := core.MaintainerID(1)
	s.add(sue, core.AddInput{Unit: maintainer.Ref(), Email: lea})
	s.enrol(lea)
	s.keep(s.as(sue).LeaveMaintainer(s.ctx, maintainer))

	acme := core.OrganizationID(1)
	_, err = s.as(lea).CreateOrganization(s.ctx, maintainer, "Acme")
	s.keep(err)
	s.add(lea, core.AddInput{Unit: acme.Ref(), Email: ana})
	s.add(lea, core.AddInput{Unit: acme.Ref(), Email: ben})
	s.keep(s.as(lea).LeaveOrganization(s.ctx, acme))

	project, err := s.as(ana).CreateProject(s.ctx, acme, "Nightly ETL", "")
	s.keep(err)
	s.add(ana, core.AddInput{Unit: project.ID.Ref(), Email: pia})
	s.keep(s.as(ana).LeaveProject(s.ctx, project.ID))

	_, code, err = s.as(sue).CreateAccount(s.ctx, core.AccountInput{Email: otto, Name: "Otto"})
	s.keep(err)
	s.redeem(code, "")
	return s.err
}
