package demo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"gatehouse/core"
)

// history is how long before now the made-up past of the small house begins.
const history = 41 * 24 * time.Hour

// builder drives the use cases along a clock of its own. The first error stops everything behind it.
type builder struct {
	ctx   context.Context
	house *core.House
	// options are what the house was opened with.
	options core.Options
	now     time.Time
	rand    *rand.Rand
	err     error

	ids   map[string]core.AccountID
	units map[string]uint64 // by kind and name: "project Nightly ETL"
}

func (b *builder) clock() time.Time { return b.now }

// do runs one step unless an earlier one failed.
func (b *builder) do(what string, step func() error) {
	if b.err != nil {
		return
	}
	if err := step(); err != nil {
		b.err = fmt.Errorf("%s: %w", what, err)
	}
}

// wait moves the clock and sweeps what is due on the way, day by day, as a house that is open does.
func (b *builder) wait(d time.Duration) {
	for d > 0 && b.err == nil {
		step := min(d, 12*time.Hour)
		b.now, d = b.now.Add(step), d-step
		b.do("sweep", func() error {
			_, err := b.house.Sweep(b.ctx)
			return err
		})
	}
}

func (b *builder) as(email string) *core.Actor { return b.house.As(b.ids[email]) }

func (b *builder) org(name string) core.OrganizationID {
	return core.OrganizationID(b.units["organization "+name])
}

func (b *builder) project(name string) core.ProjectID {
	return core.ProjectID(b.units["project "+name])
}

func (b *builder) maintainer(name string) core.MaintainerID {
	return core.MaintainerID(b.units["maintainer "+name])
}

// person makes an account by way of a direct add and activates it; nobody is activated when name is empty.
func (b *builder) member(by, email, name string, add core.AddInput) {
	add.Email = email
	b.do("add "+email, func() error {
		m, code, err := b.as(by).AddMember(b.ctx, add)
		if err != nil {
			return err
		}
		b.ids[email] = m.Account
		return b.activate(code.Code, name)
	})
}

func (b *builder) activate(code, name string) error {
	if code == "" || name == "" {
		return nil
	}
	_, err := b.house.Redeem(b.ctx, code, name)
	return err
}

// demoRecoveryMemory makes the recovery codes of a throwaway house cheap to hash: it has many people and no secrets.
const demoRecoveryMemory = 64 // KiB

// enrol turns on the MFA of a person.
func (b *builder) enrol(email string) {
	b.do("enrol "+email, func() error {
		e, err := b.as(email).EnrolMFA(b.ctx)
		if err != nil {
			return err
		}
		code, err := totp.GenerateCodeCustom(e.Secret, b.now, totp.ValidateOpts{Period: 30, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return err
		}
		_, err = b.as(email).ConfirmMFA(b.ctx, code)
		return err
	})
}

func (b *builder) createProject(by, org, name, template string) {
	b.do("create "+name, func() error {
		p, err := b.as(by).CreateProject(b.ctx, b.org(org), name, template)
		b.units["project "+name] = uint64(p.ID)
		return err
	})
}

// addUser puts somebody who has an account into a project.
func (b *builder) addUser(by, project, email string, role core.Role, reason string, until time.Duration) {
	in := core.AddInput{Unit: b.project(project).Ref(), Email: email, Role: role, Reason: reason}
	if until > 0 {
		in.Until = core.At(b.now.Add(until))
	}
	b.do("add "+email+" to "+project, func() error {
		_, _, err := b.as(by).AddMember(b.ctx, in)
		return err
	})
}

func lengthOf(d time.Duration) core.Term { return core.Term{For: core.Minutes(d)} }

// request files a request and gives its number.
func (b *builder) request(by, project, reason string, d time.Duration) core.RequestID {
	var id core.RequestID
	b.do(by+" asks for "+project, func() error {
		q, err := b.as(by).FileRequest(b.ctx, b.project(project), core.Entry{Reason: reason, Term: lengthOf(d)})
		id = q.ID
		return err
	})
	return id
}

// join lets staff walk in.
func (b *builder) join(by, project, reason string, d time.Duration) {
	b.do(by+" joins "+project, func() error {
		_, err := b.as(by).JoinProject(b.ctx, b.project(project), &core.Entry{Reason: reason, Term: lengthOf(d)})
		return err
	})
}

func (b *builder) approve(by string, id core.RequestID, grant core.Term) {
	b.do(fmt.Sprintf("%s approves %d", by, id), func() error {
		_, err := b.as(by).ApproveRequest(b.ctx, id, 0, grant)
		return err
	})
}

func (b *builder) reject(by string, id core.RequestID, note string) {
	b.do(fmt.Sprintf("%s rejects %d", by, id), func() error {
		_, err := b.as(by).RejectRequest(b.ctx, id, 0, note)
		return err
	})
}

func (b *builder) autoJoinOff(by, org string) {
	b.do("auto join of "+org, func() error {
		_, err := b.as(by).SetAutoJoin(b.ctx, b.org(org), 0, false)
		return err
	})
}

// address makes an address of a name: "Zoë Kaya" at acme.test is zoe.kaya@acme.test.
func address(name, domain string) string {
	ascii := strings.NewReplacer("ë", "e", "é", "e").Replace(strings.ToLower(name))
	return strings.ReplaceAll(ascii, " ", ".") + "@" + domain
}

var errNobody = errors.New("nobody fits")
