package core_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"gatehouse/core"
)

// sshKey gives a public key as the house keeps it. The seed makes it another one.
func sshKey(t tester, seed byte, account core.AccountID, at core.Moment) core.PublicKey {
	t.Helper()
	private := ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune('a'+seed)), ed25519.SeedSize)))
	return publicKey(t, private.Public(), account, at)
}

func publicKey(t tester, key any, account core.AccountID, at core.Moment) core.PublicKey {
	t.Helper()
	pub, err := ssh.NewPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return core.PublicKey{
		Fingerprint: ssh.FingerprintSHA256(pub), Version: 1, Account: account, Type: pub.Type(), Blob: pub.Marshal(), Label: "laptop", Added: at,
	}
}

// securityKey gives a public key of the kind that counts as MFA.
func securityKey(account core.AccountID, at core.Moment) core.PublicKey {
	var blob []byte
	field := func(b []byte) { blob = append(append(blob, 0, 0, 0, byte(len(b))), b...) }
	field([]byte(ssh.KeyAlgoSKED25519))
	field(ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", ed25519.SeedSize))).Public().(ed25519.PublicKey))
	field([]byte("ssh:"))
	pub, err := ssh.ParsePublicKey(blob)
	if err != nil {
		panic(err)
	}
	return core.PublicKey{
		Fingerprint: ssh.FingerprintSHA256(pub), Version: 1, Account: account, Type: pub.Type(), Blob: blob, Added: at, Security: true,
	}
}

// fillService puts records of every kind that is neither a unit nor access, past all rules.
func fillService(t tester, h *fixture) {
	t.Helper()
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := h.now()
	h.editAccount("ben", func(a *core.Account) {
		a.SecurityKeys = 1
		a.Throttle = &core.Throttle{Failures: 2}
	})
	h.editAccount("sam", func(a *core.Account) {
		a.Recovery = &core.RecoveryCodes{Salt: []byte("sixteen bytes ..."), Hashes: [][]byte{[]byte(strings.Repeat("h", 32))}, Made: now, Memory: 64}
	})
	other := h.addProject(h.acme, "Reports")
	h.addUser(other, "pia", core.RoleProjectAdmin)
	ana, ben, pia, lea := h.id("ana"), h.id("ben"), h.id("pia"), h.id("lea")
	h.put(func(tx core.Tx) error {
		number := func(k core.Kind) uint64 { return h.nextID(tx, k) }
		for _, err := range []error{
			tx.Keys().Put(sshKey(t, 0, ana, now)),
			tx.Keys().Put(publicKey(t, &ec.PublicKey, ana, now)),
			tx.Keys().Put(securityKey(ben, now)),
			tx.Billings().Put(core.Billing{
				Organization: h.acme, Version: 1, LegalName: "Acme & Søns", Address1: "Gate 1", City: "Oslo", PostalCode: "0150", Country: "NO",
				TaxID: "NO 123/4-5.A", Email: "bills@acme.test", OrderReference: "PO 7", Contact: ana, PaymentLabel: "Card ending 4242",
			}),
			tx.Tickets().Put(core.Ticket{
				ID: core.TicketID(number(core.KindTicket)), Version: 3, Project: h.etl, Organization: h.acme, Maintainer: h.partnerOne, Author: pia,
				Kind: core.TicketError, Priority: core.PriorityHigh, Subject: "Load fails", Body: "First line\nsecond <line>", With: core.WithMaintainer,
				State: core.TicketAnswered, Opened: now, Changed: now, Comments: 2,
			}),
			tx.Tickets().Put(core.Ticket{
				ID: core.TicketID(number(core.KindTicket)), Version: 2, Project: other, Organization: h.acme, Maintainer: h.partnerOne, Author: pia,
				Kind: core.TicketQuestion, Priority: core.PriorityNormal, Subject: "How to share?", Body: "?", With: core.WithSupport,
				State: core.TicketClosed, Opened: now, Changed: now,
			}),
			tx.Comments().Put(core.Comment{Ticket: 1, N: 1, Version: 1, Author: lea, Time: now, Text: "Looking.", Staff: true}),
			tx.Comments().Put(core.Comment{Ticket: 1, N: 2, Version: 1, Author: pia, Time: now, Text: "Thanks"}),
			tx.Buckets().Put(core.Bucket{
				ID: core.BucketID(number(core.KindBucket)), Version: 2, Project: h.etl, Organization: h.acme, Name: "raw", Description: "As it comes\nin", Owner: pia,
				Share: &core.Sharing{Type: core.ShareSelectedProjects, Projects: []core.ProjectID{other}, By: pia, At: now}, Created: now,
			}),
			tx.Buckets().Put(core.Bucket{ID: core.BucketID(number(core.KindBucket)), Version: 1, Project: other, Organization: h.acme, Name: "mine", Owner: pia, Created: now}),
			tx.Links().Put(core.Link{ID: core.LinkID(number(core.KindLink)), Version: 1, Project: other, Organization: h.acme, Bucket: 1, Name: "raw", By: pia, At: now}),
			tx.Undos().Put(core.Undo{
				Account: ana, N: 4, Version: 1, Done: now, Event: core.EventRef{Chain: h.acme.Ref(), Sequence: 1}, Action: "user.remove",
				Before: core.UndoState{Membership: &core.Membership{Unit: h.etl.Ref(), Account: ben, Version: 1, Since: now, Origin: core.OriginAdded, Role: core.RoleGuest}},
			}),
			tx.SavedFilters().Put(core.SavedFilter{Account: ana, Screen: "requests", Name: "Mine <now>", Version: 1, Filter: "state:pending", Sort: "lapses", Desc: true}),
			tx.Mailings().Put(core.Mailing{Address: "pia@data.test", Version: 2, Sent: []core.Moment{now - 60, now}}),
			tx.Notifications().Put(core.Notification{
				ID: core.NotificationID(number(core.KindNotification)), Version: 1, Address: "desk@partner-one.test", Event: core.NoticeTicketOpened,
				Subjects: []core.Ref{core.TicketID(1).Ref()}, Subject: "Ticket 1: Load fails", Created: now, Mail: core.Mail{State: core.MailQueued, Next: now},
			}),
			tx.Notifications().Put(core.Notification{
				ID: core.NotificationID(number(core.KindNotification)), Version: 1, Recipient: ben, Event: core.NoticeCodeIssued, Subject: "Support issued a code for you",
				Created: now, Mail: core.Mail{State: core.MailQueued, Next: now}, Code: &core.CodeToSend{Expires: now + 3600},
			}),
		} {
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// serviceFaults are faults of the lines of fillService, in the manner of TestImportFindsEveryFault.
var serviceFaults = []struct{ name, line, old, new, says string }{
	{"key of nobody", `"kind":"key"`, `"account":`, `"account":7`, "which is not there"},
	{"key version", `"kind":"key"`, `"version":1`, `"version":0`, "version"},
	{"key type", `"type":"ssh-ed25519"`, `"ssh-ed25519"`, `"ssh-dss"`, "no public key of the type"},
	{"key blob", `"type":"ssh-ed25519"`, `"blob":"AAAA`, `"blob":"BAAA`, "no public key"},
	{"key mark", `"type":"ssh-ed25519"`, `"added":"2026-03-03T10:00:00Z"`, `"added":"2026-03-03T10:00:00Z","security_key":true`, "AC4"},
	{"key label", `"type":"ssh-ed25519"`, `"label":"laptop"`, `"label":"` + strings.Repeat("l", 51) + `"`, "label"},
	{"security keys counted", `"security_keys":1`, `"security_keys":1`, `"security_keys":2`, "AC4"},
	{"recovery hash", `"recovery":`, `"aGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGg="`, `"aGg="`, "hash of a recovery code"},
	{"throttle", `"throttle":`, `"failures":2`, `"failures":-2`, "negative"},
	{"billing country", `"kind":"billing"`, `"NO"`, `"no"`, "B4"},
	{"billing tax id", `"kind":"billing"`, `NO 123/4-5.A`, `NO;123`, "B4"},
	{"billing card", `"kind":"billing"`, `Card ending 4242`, `4242424242424242`, "B4"},
	{"billing name", `"kind":"billing"`, `Acme & Søns`, strings.Repeat("a", 201), "legal_name"},
	{"billing email", `"kind":"billing"`, `bills@acme.test`, `bills`, "email"},
	{"billing contact", `"kind":"billing"`, `"contact":`, `"contact":9`, "contact"},
	{"ticket project", `"kind":"ticket","id":1,`, `"project":1`, `"project":77`, "77"},
	{"ticket organization", `"kind":"ticket","id":1,`, `"organization":1`, `"organization":2`, "belongs to organization 1"},
	{"ticket maintainer", `"kind":"ticket","id":1,`, `"maintainer":1`, `"maintainer":2`, "maintainer"},
	{"ticket kind", `"kind":"ticket","id":1,`, `"ticket_kind":"error"`, `"ticket_kind":"moan"`, "moan"},
	{"ticket priority", `"kind":"ticket","id":1,`, `"high"`, `"top"`, "top"},
	{"ticket subject", `"kind":"ticket","id":1,`, `"Load fails"`, `"Lo"`, "subject"},
	{"ticket desk", `"kind":"ticket","id":1,`, `"with":"maintainer"`, `"with":"nobody"`, "nobody"},
	{"ticket state", `"kind":"ticket","id":1,`, `"answered"`, `"lost"`, "lost"},
	{"ticket number", `"kind":"ticket","id":2,`, `"id":2`, `"id":9`, "given out"},
	{"comments counted", `"kind":"ticket","id":1,`, `"comments":2`, `"comments":3`, "3 comments"},
	{"comment of no ticket", `"kind":"comment","ticket":1,"n":2`, `"ticket":1`, `"ticket":5`, "ticket 5"},
	{"comment text", `"kind":"comment","ticket":1,"n":2`, `"Thanks"`, `""`, "text"},
	{"bucket project", `"kind":"bucket","id":2`, `"organization":1`, `"organization":3`, "belongs to organization 1"},
	{"bucket name", `"kind":"bucket","id":1`, `"raw"`, `" raw"`, "name"},
	{"bucket name twice", `"kind":"bucket","id":2`, `"mine"`, `"raw"`, "same name as"},
	{"share type", `"kind":"bucket","id":1`, `"selected_projects"`, `"all"`, "all"},
	{"share targets", `"kind":"bucket","id":1`, `"selected_projects"`, `"project_members"`, "SB7"},
	{"not shared", `"kind":"link"`, `"bucket":1`, `"bucket":2`, "SB1"},
	{"link to nothing", `"kind":"link"`, `"bucket":1`, `"bucket":7`, "bucket 7"},
	{"undo of nothing", `"kind":"undo"`, `"before":{"membership"`, `"before":{"billing"`, "unit"},
	{"undo event", `"kind":"undo"`, `"sequence":1`, `"sequence":4096`, "4096"},
	{"saved filter name", `"kind":"saved_filter"`, `"Mine <now>"`, `"` + strings.Repeat("n", 51) + `"`, "name"},
	{"saved filter of nobody", `"kind":"saved_filter"`, `"account":`, `"account":9`, "account"},
	{"mailing address", `"kind":"mailing"`, `"pia@data.test"`, `"Pia@data.test"`, "address"},
	{"mailing order", `"kind":"mailing"`, `"2026-03-03T09:59:00Z"`, `"2026-03-03T10:59:00Z"`, "old to new"},
	{"notice to nobody", `desk@partner-one.test`, `"desk@partner-one.test"`, `"desk"`, "address"},
	{"notice without expiry", `"code":{"expires"`, `"code":{`, `"code":{"invitation":99,`, "invitation 99"},
}

// TestImportFindsFaultsOfService is X2 for keys, billing, tickets, buckets, links, undos, saved filters and mail: each
// fault is told with its line.
func TestImportFindsFaultsOfService(t *testing.T) {
	h := filled(t)
	lines := strings.Split(strings.TrimSuffix(string(export(t, h.House)), "\n"), "\n")
	lines = lines[:len(lines)-1]
	for _, c := range serviceFaults {
		t.Run(c.name, func(t *testing.T) {
			changed, at := append([]string(nil), lines...), 0
			for i, l := range changed {
				if strings.Contains(l, c.line) && strings.Contains(l, c.old) {
					changed[i], at = strings.Replace(l, c.old, c.new, 1), i+1
					break
				}
			}
			if at == 0 {
				t.Fatalf("no line has %s and %s", c.line, c.old)
			}
			res, err := core.New(openMemory(t), core.Options{Clock: h.clock.Now}).Import(ctx, strings.NewReader(resealed(changed)), false, nil)
			refused(t, err, core.ReasonImportInvalid)
			for _, f := range res.Faults {
				if f.Line == at && strings.Contains(f.Problem, c.says) {
					return
				}
			}
			// Two lines that do not fit each other are told at the second one.
			for _, f := range res.Faults {
				if strings.Contains(f.Problem, c.says) {
					return
				}
			}
			t.Errorf("want line %d with %q, got %+v", at, c.says, res.Faults)
		})
	}
}
