package core_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"testing"
	"unicode"
	"unicode/utf8"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// fragments are what hostile text is made of (trust-C1).
var fragments = []string{
	"\x1b", "\x1b[2J", "\x1b[31m", "\x1b[8m", "\x1b[6n", "\x1b[?1049h", "\x1b]0;title\x07", "\x1b]8;;http://x\x1b\\", "\x1b]8;;http://x",
	"\x1b]52;c;ZXZpbA==\x07", "\x1bP$q\x1b\\", "\x1b_apc\x1b\\", "\x1b^pm", "\x1bXsos", "\x1bc", "\x00", "\x05", "\x07", "\x08", "\t", "\n",
	"\r", "\x0e", "\x1f", "\x7f", "\u0085", "\u0090", "\u009b31m", "\u009d0;x", "\x9b31m", "\x9d", "\xff\xfe", "\xc3", "\xed\xa0\x80", "\xc0\x9b",
	"\u061c", "\u200e", "\u202a", "\u202e", "\u2066", "\u2069", "\u2028", "\u2029", "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f",
	"\u115f", "\u3164", "\uffa0", "\ufe0f", "\ufff9", "\uffff", "\U000e0001", "\U000e0041", "\U000e0100", "{email}", "%s",
}

// textField is a text that somebody gives to a use case: given prepares the house, and set is the use case with the
// text. most is how many characters it may have; zero where the text is a word, a code or a number, and nothing of it
// is kept that was not there before.
type textField struct {
	most  int
	given func(f *fixture) (set func(s string) error)
}

// field is a text field that needs no more than the start house.
func field(most int, set func(f *fixture, s string) error) textField {
	return textField{most, func(f *fixture) func(string) error { return func(s string) error { return set(f, s) } }}
}

func entrySaying(s string) core.Entry { return core.Entry{Reason: s, Term: core.Term{For: 240}} }

// billingField is one field of billing, by its number.
func billingField(n, most int) textField {
	return field(most, func(f *fixture, s string) error {
		var p core.BillingPatch
		reflect.ValueOf(&p).Elem().Field(n).Set(reflect.ValueOf(&s))
		return onlyErr(f.as("ana").SetBilling(ctx, f.acme, 0, p))
	})
}

// kept are the texts that are kept as somebody has written them.
var kept = map[string]textField{
	"maintainer name": field(100, func(f *fixture, s string) error { return onlyErr(f.as("sam").CreateMaintainer(ctx, s)) }),
	"maintainer renamed": field(100, func(f *fixture, s string) error {
		return onlyErr(f.as("lea").RenameMaintainer(ctx, f.partnerOne, 0, s))
	}),
	"maintainer contact": field(254, func(f *fixture, s string) error {
		return onlyErr(f.as("lea").SetMaintainerContact(ctx, f.partnerOne, 0, s))
	}),
	"organization name": field(100, func(f *fixture, s string) error {
		return onlyErr(f.as("lea").CreateOrganization(ctx, f.partnerOne, s))
	}),
	"organization renamed": field(100, func(f *fixture, s string) error { return onlyErr(f.as("ana").RenameOrganization(ctx, f.acme, 0, s)) }),
	"project name":         field(100, func(f *fixture, s string) error { return onlyErr(f.as("ana").CreateProject(ctx, f.acme, s, "")) }),
	"project renamed":      field(100, func(f *fixture, s string) error { return onlyErr(f.as("pia").RenameProject(ctx, f.etl, 0, s)) }),
	"price label": field(60, func(f *fixture, s string) error {
		return onlyErr(f.as("sam").SetProject(ctx, f.etl, 0, core.ProjectPatch{PriceLabel: &s}))
	}),
	"reason to disable": field(500, func(f *fixture, s string) error { return onlyErr(f.as("sam").DisableProject(ctx, f.etl, 0, s, 0)) }),
	"reason of a visit": field(500, func(f *fixture, s string) error {
		return onlyErr(f.as("sam").JoinProject(ctx, f.etl, ptr(entrySaying(s))))
	}),
	"reason of a visit to an organization": field(500, func(f *fixture, s string) error {
		return onlyErr(f.as("sam").JoinOrganization(ctx, f.acme, entrySaying(s)))
	}),
	"reason of a visit to a maintainer": field(500, func(f *fixture, s string) error {
		return onlyErr(f.as("sam").JoinMaintainer(ctx, f.partnerOne, entrySaying(s)))
	}),
	"reason of a request": {500, func(f *fixture) func(string) error {
		f.autoJoin(false)
		return func(s string) error { return onlyErr(f.as("sam").FileRequest(ctx, f.etl, entrySaying(s))) }
	}},
	"reason of an extension": {500, func(f *fixture) func(string) error {
		v := f.visiting()
		return func(s string) error {
			return onlyErr(f.as("sam").ExtendVisit(ctx, v, core.Entry{Reason: s, Term: forHours(9)}))
		}
	}},
	"note of a rejection": {500, func(f *fixture) func(string) error {
		q := f.waiting()
		return func(s string) error { return onlyErr(f.as("pia").RejectRequest(ctx, q.ID, 0, s)) }
	}},
	"note of a revocation": {500, func(f *fixture) func(string) error {
		v := f.visiting()
		return func(s string) error { return onlyErr(f.as("pia").RevokeVisit(ctx, v, 0, s)) }
	}},
	"role name":        field(50, func(f *fixture, s string) error { return onlyErr(f.as("ana").CreateRole(ctx, f.acme, s, "A team")) }),
	"role description": field(500, func(f *fixture, s string) error { return onlyErr(f.as("ana").CreateRole(ctx, f.acme, "dev", s)) }),
	"ticket subject": field(120, func(f *fixture, s string) error {
		return onlyErr(f.as("pia").OpenTicket(ctx, f.etl, core.TicketInput{Subject: s, Body: "Since Monday."}))
	}),
	"ticket body": field(10_000, func(f *fixture, s string) error {
		return onlyErr(f.as("pia").OpenTicket(ctx, f.etl, core.TicketInput{Subject: "It fails", Body: s}))
	}),
	"ticket comment": {10_000, func(f *fixture) func(string) error {
		n := f.ticketOf("pia").ID
		return func(s string) error { return onlyErr(f.as("lea").CommentTicket(ctx, n, s)) }
	}},
	"bucket name": field(100, func(f *fixture, s string) error {
		return onlyErr(f.as("pia").CreateBucket(ctx, f.etl, core.BucketInput{Name: s}))
	}),
	"bucket description": field(500, func(f *fixture, s string) error {
		return onlyErr(f.as("pia").CreateBucket(ctx, f.etl, core.BucketInput{Name: "raw", Description: s}))
	}),
	"bucket renamed": {100, func(f *fixture) func(string) error {
		b := f.bucketOf(false)
		return func(s string) error { return onlyErr(f.as("pia").SetBucket(ctx, b, 0, core.BucketPatch{Name: &s})) }
	}},
	"bucket described": {500, func(f *fixture) func(string) error {
		b := f.bucketOf(false)
		return func(s string) error {
			return onlyErr(f.as("pia").SetBucket(ctx, b, 0, core.BucketPatch{Description: &s}))
		}
	}},
	"link name": {100, func(f *fixture) func(string) error {
		b := f.bucketOf(true)
		p := f.addProject(f.acme, "Reports")
		f.addUser(p, "pia", core.RoleProjectAdmin)
		return func(s string) error { return onlyErr(f.as("pia").LinkBucket(ctx, b, p, s)) }
	}},
	"account renamed": field(100, func(f *fixture, s string) error { return onlyErr(f.as("pia").RenameAccount(ctx, s)) }),
	"account name": field(100, func(f *fixture, s string) error {
		_, _, err := f.as("sam").CreateAccount(ctx, core.AccountInput{Email: "new@data.test", Name: s})
		return err
	}),
	"account address": field(254, func(f *fixture, s string) error {
		_, _, err := f.as("sam").CreateAccount(ctx, core.AccountInput{Email: s})
		return err
	}),
	"name of who activates": {100, func(f *fixture) func(string) error {
		code := f.newcomer()
		return func(s string) error { return onlyErr(f.Activate(ctx, core.Redeeming{Code: code, Name: s})) }
	}},
	"reason of a code": field(500, func(f *fixture, s string) error { return onlyErr(f.as("sam").IssueCode(ctx, f.id("pia"), s)) }),
	"reason of a removal": field(500, func(f *fixture, s string) error {
		return f.as("sam").RemoveAccount(ctx, f.id("pia"), s)
	}),
	"reason to switch MFA off": field(500, func(f *fixture, s string) error {
		return onlyErr(f.as("sam").SwitchOffMFAOf(ctx, f.id("lea"), s))
	}),
	"key label": {50, func(f *fixture) func(string) error {
		key := newKey(f.t)
		return func(s string) error { return onlyErr(f.as("pia").AddKey(ctx, core.KeyInput{Key: key, Label: s})) }
	}},
	"key comment": {50, func(f *fixture) func(string) error {
		key := newKey(f.t)
		return func(s string) error { return onlyErr(f.as("pia").AddKey(ctx, core.KeyInput{Key: key + " " + s})) }
	}},
	"reason of an invitation": field(500, func(f *fixture, s string) error {
		_, _, err := f.as("pia").Invite(ctx, core.InviteInput{Unit: f.etl.Ref(), Email: "otto@elsewhere.test", Reason: s})
		return err
	}),
	"address of an invitation": field(254, func(f *fixture, s string) error {
		_, _, err := f.as("pia").Invite(ctx, core.InviteInput{Unit: f.etl.Ref(), Email: s})
		return err
	}),
	"reason of a membership": field(500, func(f *fixture, s string) error {
		_, _, err := f.as("pia").AddMember(ctx, core.AddInput{Unit: f.etl.Ref(), Email: "otto@elsewhere.test", Reason: s})
		return err
	}),
	"saved filter name": field(50, func(f *fixture, s string) error {
		return onlyErr(f.as("pia").SaveFilter(ctx, core.SavedFilter{Screen: "projects", Name: s, Filter: "etl"}))
	}),
	"saved filter": field(200, func(f *fixture, s string) error {
		return onlyErr(f.as("pia").SaveFilter(ctx, core.SavedFilter{Screen: "projects", Name: "mine", Filter: s}))
	}),
	"words of a mail server": {400, func(f *fixture) func(string) error {
		n := f.failedMail()
		return func(s string) error { return f.MailFailed(ctx, []core.NotificationID{n}, s, false) }
	}},
	"billing legal name": billingField(0, 200), "billing address 1": billingField(1, 200), "billing address 2": billingField(2, 200),
	"billing city": billingField(3, 200), "billing postal code": billingField(4, 200), "billing country": billingField(5, 2),
	"billing tax number": billingField(6, 200), "billing e-mail": billingField(7, 254), "billing order": billingField(8, 200),
	"billing contact": billingField(9, 254), "billing payment": billingField(10, 200),
}

// chosen are texts that only choose or look for something.
var chosen = map[string]textField{
	"template": field(0, func(f *fixture, s string) error { return onlyErr(f.as("ana").CreateProject(ctx, f.acme, "Reports", s)) }),
	"ticket kind": field(0, func(f *fixture, s string) error {
		in := question()
		in.Kind = core.TicketKind(s)
		return onlyErr(f.as("pia").OpenTicket(ctx, f.etl, in))
	}),
	"ticket priority": field(0, func(f *fixture, s string) error {
		in := question()
		in.Priority = core.TicketPriority(s)
		return onlyErr(f.as("pia").OpenTicket(ctx, f.etl, in))
	}),
	"bucket owner": field(0, func(f *fixture, s string) error {
		return onlyErr(f.as("pia").CreateBucket(ctx, f.etl, core.BucketInput{Name: "raw", Owner: s}))
	}),
	"share target": {0, func(f *fixture) func(string) error {
		b := f.bucketOf(false)
		return func(s string) error {
			return onlyErr(f.as("ana").ShareBucket(ctx, b, 0, core.ShareInput{Type: core.SharingType("custom"), Users: []string{s}}))
		}
	}},
	"share type": {0, func(f *fixture) func(string) error {
		b := f.bucketOf(false)
		return func(s string) error {
			return onlyErr(f.as("ana").ShareBucket(ctx, b, 0, core.ShareInput{Type: core.SharingType(s)}))
		}
	}},
	"activation code": field(0, func(f *fixture, s string) error { return onlyErr(f.Redeem(ctx, s, "Nia")) }),
	"one-time code":   field(0, func(f *fixture, s string) error { return f.as("lea").CheckSecondFactor(ctx, s) }),
	"first code": {0, func(f *fixture) func(string) error {
		must(f.as("pia").EnrolMFA(ctx))(f.t)
		return func(s string) error { return onlyErr(f.as("pia").ConfirmMFA(ctx, s)) }
	}},
	"code to switch off": field(0, func(f *fixture, s string) error { return f.as("lea").SwitchOffMFA(ctx, s) }),
	"key":                field(0, func(f *fixture, s string) error { return onlyErr(f.as("pia").AddKey(ctx, core.KeyInput{Key: s})) }),
	"fingerprint":        field(0, func(f *fixture, s string) error { return f.as("pia").RemoveKey(ctx, s) }),
	"project role": field(0, func(f *fixture, s string) error {
		return onlyErr(f.as("ana").SetRole(ctx, f.etl, f.id("pia"), 0, core.Role(s)))
	}),
	"organization role": field(0, func(f *fixture, s string) error {
		return onlyErr(f.as("ana").AssignRoles(ctx, f.acme, f.id("ben"), 0, []string{s}, nil))
	}),
	"role to delete":  field(0, func(f *fixture, s string) error { return f.as("ana").DeleteRole(ctx, f.acme, s) }),
	"role to look at": field(0, func(f *fixture, s string) error { return onlyErr(f.as("ana").RoleImpact(ctx, f.acme, s)) }),
	"role to grant": field(0, func(f *fixture, s string) error {
		return onlyErr(f.as("pia").GrantRole(ctx, f.etl, s, core.RoleGuest))
	}),
	"grant to revoke": field(0, func(f *fixture, s string) error { return f.as("pia").RevokeGrant(ctx, f.etl, s, "") }),
	"deciders": field(0, func(f *fixture, s string) error {
		return onlyErr(f.as("ana").SetDeciders(ctx, f.acme, 0, core.Deciders(s)))
	}),
	"new members": field(0, func(f *fixture, s string) error {
		return onlyErr(f.as("ana").SetNewMembers(ctx, f.acme, 0, core.NewMembers(s)))
	}),
	"theme":  field(0, func(f *fixture, s string) error { return setPreference(f, core.PreferencesPatch{Theme: &s}) }),
	"glyphs": field(0, func(f *fixture, s string) error { return setPreference(f, core.PreferencesPatch{Glyphs: &s}) }),
	"mouse":  field(0, func(f *fixture, s string) error { return setPreference(f, core.PreferencesPatch{Mouse: &s}) }),
	"screen of a saved filter": field(0, func(f *fixture, s string) error {
		return onlyErr(f.as("pia").SaveFilter(ctx, core.SavedFilter{Screen: s, Name: "mine", Filter: "etl"}))
	}),
	"saved filter to delete": field(0, func(f *fixture, s string) error { return f.as("pia").DeleteSavedFilter(ctx, "projects", s) }),
	"saved filters of":       field(0, func(f *fixture, s string) error { return onlyErr(f.as("pia").SavedFilters(ctx, s)) }),
	"account to find":        field(0, func(f *fixture, s string) error { return onlyErr(f.as("sam").FindAccount(ctx, s)) }),
	"account of the console": field(0, func(f *fixture, s string) error { return onlyErr(f.AccountByEmail(ctx, s)) }),
	"search":                 field(0, func(f *fixture, s string) error { return onlyErr(f.as("sam").Search(ctx, s, 10)) }),
	"filter":                 field(0, func(f *fixture, s string) error { return lists(f, core.Query{Filter: s}) }),
	"field of a filter":      field(0, func(f *fixture, s string) error { return lists(f, core.Query{Filter: "name:" + s}) }),
	"sort":                   field(0, func(f *fixture, s string) error { return lists(f, core.Query{Sort: s}) }),
	"place in a list":        field(0, func(f *fixture, s string) error { return lists(f, core.Query{After: s}) }),
}

func setPreference(f *fixture, p core.PreferencesPatch) error {
	return onlyErr(f.as("pia").SetPreferences(ctx, p))
}

// lists asks the lists with a query and gives the first refusal.
func lists(f *fixture, q core.Query) error {
	sam, ana := f.as("sam"), f.as("ana")
	for _, err := range []error{
		onlyErr(sam.Maintainers(ctx, q)), onlyErr(sam.Organizations(ctx, core.OrganizationQuery{Query: q, All: true})),
		onlyErr(sam.Projects(ctx, core.ProjectQuery{Query: q})), onlyErr(sam.Accounts(ctx, q)),
		onlyErr(sam.Requests(ctx, core.RequestQuery{Query: q})), onlyErr(sam.Visits(ctx, core.VisitQuery{Query: q})),
		onlyErr(sam.Tickets(ctx, core.TicketQuery{Query: q})), onlyErr(sam.Outbox(ctx, q)), onlyErr(ana.Inbox(ctx, q)),
		onlyErr(ana.Members(ctx, f.acme.Ref(), q)), onlyErr(ana.Roles(ctx, f.acme, q)), onlyErr(ana.CombinedUsers(ctx, f.acme, q)),
		onlyErr(ana.ProjectAccess(ctx, f.etl, q)), onlyErr(ana.Buckets(ctx, core.BucketQuery{Query: q})), onlyErr(ana.Units(ctx, q)),
		onlyErr(ana.Invitations(ctx, core.InvitationQuery{Query: q})), onlyErr(sam.Activity(ctx, core.ActivityQuery{Query: q})),
		onlyErr(f.LocalAccounts(ctx, q)),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// foreign says what no text of a record may hold, or nothing (F1). Hidden characters that neither drive nor reorder are
// kept and shown as their codes by whoever writes them.
func foreign(s string) string {
	if !utf8.ValidString(s) {
		return "bad UTF-8"
	}
	for _, r := range s {
		if r != '\n' && unicode.In(r, unicode.Cc, unicode.Bidi_Control, unicode.Zl, unicode.Zp, unicode.Cs) {
			return fmt.Sprintf("%U", r)
		}
	}
	return ""
}

// eachText walks over the texts in a record.
func eachText(at string, v reflect.Value, fn func(at string, text reflect.Value)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			eachText(at, v.Elem(), fn)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				eachText(at+"."+f.Name, v.Field(i), fn)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachText(at, v.Index(i), fn)
		}
	case reflect.String:
		fn(at, v)
	default: // numbers hold no text
	}
}

// clean expects that nothing in the house drives a terminal, and that no text is longer than most.
func (h *fixture) clean(given string, most int) {
	h.t.Helper()
	h.get(func(tx core.Tx) error {
		return eachRecord(tx, func(table string, rec reflect.Value) {
			eachText(table, rec, func(at string, text reflect.Value) {
				if fault := foreign(text.String()); fault != "" {
					h.t.Fatalf("%s holds %s: %+q, after %+.200q", at, fault, text.String(), given)
				}
				if n := utf8.RuneCountInString(text.String()); n > most {
					h.t.Fatalf("%s holds %d characters, %d are allowed", at, n, most)
				}
			})
		})
	})
}

// hostileTexts gives fragments inside, at the end or at the beginning of a text, and mixes of them: all of them with
// GATEHOUSE_DEEP, else every fourth from a place that differs from field to field.
func hostileTexts(rng *rand.Rand) (texts []string) {
	step, mixes := 4, 5
	switch {
	case os.Getenv("GATEHOUSE_DEEP") != "":
		step, mixes = 1, 20
	case testing.Short():
		step = 8
	}
	first := rng.IntN(step)
	for i, x := range fragments {
		if i%step != first {
			continue
		}
		texts = append(texts, [...]string{"Acme " + x + " Corp", "Acme" + x, x + "Acme@acme.test"}[(i+int(rng.Uint32N(3)))%3])
	}
	for range mixes {
		mixed := "a"
		for range 2 + rng.IntN(5) {
			mixed += fragments[rng.IntN(len(fragments))] + "b"
		}
		texts = append(texts, mixed)
	}
	return texts
}

// TestTrustC1_HostileInput: every text that a use case takes is refused or stored clean, whatever it is mixed with; the
// refusal is one sentence that drives nothing either (F1, trust-C1, trust-C2).
func TestTrustC1_HostileInput(t *testing.T) {
	suite.Sequential(t)
	rng := rand.New(rand.NewPCG(1, 2))
	if len(fragments) < 40 {
		t.Fatalf("only %d fragments", len(fragments))
	}
	tries, stored := 0, 0
	for _, part := range []map[string]textField{kept, chosen} {
		for name, x := range part {
			t.Run(name, func(t *testing.T) {
				h := newFixture(t)
				set := x.given(h)
				for _, s := range hostileTexts(rng) {
					tries++
					err := set(s)
					if err == nil {
						stored++
						h.clean(s, 20_000)
						h = newFixture(t)
						set = x.given(h)
						continue
					}
					e := core.AsError(err)
					if e.Reason == core.ReasonInternal || e.Reason == core.ReasonOutcomeUnknown {
						t.Fatalf("%+q breaks it: %v", s, e.Cause)
					}
					for _, out := range []string{e.Message, e.Next, err.Error()} {
						if fault := visibleFaultOf(out); fault != "" {
							t.Fatalf("the refusal of %+q holds %s: %+q", s, fault, out)
						}
					}
				}
				h.clean("everything", 20_000)
			})
		}
	}
	t.Logf("%d fields, %d tries, %d stored", len(kept)+len(chosen), tries, stored)
}

// visibleFaultOf says what a text that leaves must not hold, or nothing.
func visibleFaultOf(s string) string {
	if s == core.Visible(s) {
		return ""
	}
	return "what the gate would show"
}
