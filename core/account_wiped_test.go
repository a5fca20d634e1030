package core_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// serviceSteps make what the model does not look at: tickets, keys, and mails that fail. Whether each is allowed does not
// matter.
func (p *worldPlay) serviceSteps() []step {
	return []step{
		{4, func(t *rapid.T) {
			_, _ = p.h.as(p.whom(t)).OpenTicket(ctx, p.project(t).id, core.TicketInput{Subject: "It fails", Body: "Every night."})
		}},
		{2, func(t *rapid.T) {
			who := p.whom(t)
			_, _ = p.h.as(who).AddKey(ctx, core.KeyInput{Key: newKey(p.h.t), Label: p.email(who)})
		}},
		{3, func(*rapid.T) {
			mails, _, err := p.h.NextMails(ctx)
			allowed(p.h.t, err)
			for _, m := range mails {
				allowed(p.h.t, p.h.MailFailed(ctx, m.IDs(), "550 <"+strings.ToUpper(m.Address)+"> is not known here", false))
			}
		}},
	}
}

// staffComeIn makes visits and requests, which the model does not follow, at the end.
func (p *worldPlay) staffComeIn(t *rapid.T) {
	entry := core.Entry{Reason: "Incident 7", Term: core.Term{For: core.Length(60)}}
	for _, o := range p.orgs {
		_, _ = p.h.as("sam").JoinOrganization(ctx, o.id, entry)
	}
	for _, who := range []string{"sam", "lea", "tom"} {
		pr := p.project(t)
		_, _ = p.h.as(who).JoinProject(ctx, pr.id, &entry)
		q, err := p.h.as(who).FileRequest(ctx, pr.id, entry)
		if err != nil {
			continue
		}
		for _, decider := range worldPeople {
			if coin(t, "approves") {
				_, _ = p.h.as(decider).ApproveRequest(ctx, q.ID, 0, core.Term{})
			} else {
				_, _ = p.h.as(decider).RejectRequest(ctx, q.ID, 0, "Not now")
			}
		}
	}
	p.h.pass(30 * time.Minute)
}

// TestRemovedAccountsAreNowhere (AC8): after random play with mail on, the addresses and names of removed accounts stand in
// no byte of the house and in no line of its dump. Nobody in it types an address as a text, which would be theirs to keep.
func TestRemovedAccountsAreNowhere(t *testing.T) {
	suite.Sequential(t)
	removed := 0
	rapid.Check(t, func(t *rapid.T) {
		p := newWorldPlay(t)
		p.tried, p.allowed = map[string]int{}, map[string]int{}
		p.h.SetMailDelivery(true)
		for _, who := range worldPeople {
			p.h.editAccount(who, func(a *core.Account) { a.Name = "Zzyx Given " + who })
		}
		var actions []func(*rapid.T)
		for _, s := range append(p.peopleSteps(), p.serviceSteps()...) {
			for range s.weight {
				actions = append(actions, s.do)
			}
		}
		for range 40 {
			p.play(t, actions)
		}
		p.staffComeIn(t)
		words := map[string]string{}
		for _, who := range worldPeople {
			email := p.email(who)
			if who != "sam" && p.h.as("sam").RemoveAccount(ctx, p.h.id(who), "Asked for it") == nil {
				words[email], words["zzyx given "+who] = who, who
				removed++
			}
		}
		for where, content := range p.h.everyByte() {
			content = bytes.ToLower(content)
			for word := range words {
				if at := bytes.Index(content, []byte(word)); at >= 0 {
					t.Fatalf("%q is in the %s: %q", word, where, content[max(0, at-200):min(len(content), at+100)])
				}
			}
		}
	})
	if removed == 0 {
		t.Error("nobody was removed")
	}
}

// everyByte gives all that the house holds: a fresh copy of its file, and its dump.
func (h *fixture) everyByte() map[string][]byte {
	h.t.Helper()
	folder, err := os.MkdirTemp("", "house")
	allowed(h.t, err)
	defer func() { _ = os.RemoveAll(folder) }()
	path := filepath.Join(folder, "copy.db")
	copier := h.Store().(interface {
		CopyTo(ctx context.Context, path string, progress func(done, total int)) error
	})
	allowed(h.t, copier.CopyTo(ctx, path, nil))
	file, err := os.ReadFile(path)
	allowed(h.t, err)
	var dump bytes.Buffer
	allowed(h.t, h.Export(ctx, &dump, nil))
	return map[string][]byte{"file": file, "dump": dump.Bytes()}
}
