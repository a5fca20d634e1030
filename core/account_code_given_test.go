package core_test

import (
	"slices"
	"strings"
	"testing"

	"gatehouse/core"
	"gatehouse/core/suite"
)

const nia = "nia@new.test"

// prepared are the things that an account may be and have before somebody else lets it in, and who may give all of it: the
// only ones who may be shown a code (AC19). Sam is Support with MFA, Lea and Max are members of the maintainer, Ana and Ben
// administrators of Acme, Pia is admin of Nightly ETL, Bob runs Beta.
func prepared() map[string]struct {
	make func(h *fixture) string // gives the code that was shown
	may  []string
} {
	type row = struct {
		make func(h *fixture) string
		may  []string
	}
	create := func(in core.AccountInput) func(h *fixture) string {
		return func(h *fixture) string {
			in.Email = nia
			if in.Support {
				in.Expires = h.in(100 * core.Day)
			}
			_, code, err := h.as("sam").CreateAccount(ctx, in)
			allowed(h.t, err)
			return code
		}
	}
	add := func(by string, unit func(h *fixture) core.Unit, in core.AddInput) func(h *fixture) string {
		return func(h *fixture) string {
			in.Unit, in.Email = unit(h), nia
			_, code, err := h.add(by, in)
			allowed(h.t, err)
			return code
		}
	}
	invite := func(by string, unit func(h *fixture) core.Unit) func(h *fixture) string {
		return func(h *fixture) string {
			_, code, err := h.invite(by, core.InviteInput{Unit: unit(h), Email: nia})
			allowed(h.t, err)
			return code
		}
	}
	acme := func(h *fixture) core.Unit { return h.acme.Ref() }
	etl := func(h *fixture) core.Unit { return h.etl.Ref() }
	one := func(h *fixture) core.Unit { return h.partnerOne.Ref() }
	beta := func(h *fixture) core.Unit { return h.beta().Ref() }
	all := []string{"sam", "lea", "ana", "pia"}
	return map[string]row{
		"nothing yet":             {create(core.AccountInput{}), all},
		"Support":                 {create(core.AccountInput{Support: true}), []string{"sam"}},
		"in the maintainer":       {add("max", one, core.AddInput{}), []string{"sam", "lea"}},
		"invited to it":           {invite("max", one), []string{"sam", "lea"}},
		"administrator":           {add("ben", acme, core.AddInput{}), []string{"sam", "ana"}},
		"plain member":            {add("ben", acme, core.AddInput{Roles: []string{core.RoleDefault}}), []string{"sam", "lea", "ana"}},
		"invited to Acme":         {invite("ben", acme), []string{"sam", "ana"}},
		"user of the project":     {add("ben", etl, core.AddInput{Role: core.RoleProjectAdmin}), []string{"sam", "ana", "pia"}},
		"with share":              {add("ben", etl, core.AddInput{Role: core.RoleShare}), []string{"sam", "ana"}},
		"in another organization": {add("bob", beta, core.AddInput{}), []string{"sam"}},
		"invited elsewhere":       {invite("bob", beta), []string{"sam"}},
	}
}

// beta is another organization, which Bob runs.
func (h *fixture) beta() core.OrganizationID {
	h.t.Helper()
	if id := h.people["bob"]; id != 0 {
		return core.OrganizationID(allOf(h, core.Tx.Memberships, core.Scan{Index: core.MembershipsOfAccount, Prefix: core.Key{core.Num(id)}})[0].Unit.ID)
	}
	h.addAccount("bob", "bob@beta.test")
	id := h.addOrganization(h.partnerOne, "Beta")
	h.addMember(id.Ref(), "bob", core.RoleAdmin, core.RoleDefault)
	return id
}

// AC19, AC21, I13: {who lets in} x {what the account already is} x {way}: a code is shown to who may give all of it, and to
// nobody else, who reads who has one; then every code that others gave still works.
func TestCodesOpenNoMoreThanTheirReceiverGives(t *testing.T) {
	suite.Sequential(t)
	shown, withheld := 0, 0
	for state, row := range prepared() {
		for _, who := range []string{"sam", "lea", "ana", "pia"} {
			for _, way := range []string{"invite", "add", "re-send"} {
				t.Run(state+", "+who+", "+way, func(t *testing.T) {
					h := newFixture(t)
					h.beta()
					old := row.make(h)
					given, done := h.givenBy(who, way)
					if !done {
						t.Skip("is refused: inside or invited already")
					}
					may := slices.Contains(row.may, who)
					if may != (given.Code != "") || may == (given.Withheld != "") || given.Mailed {
						t.Fatalf("given %+v, want shown: %v", given, may)
					}
					if may {
						shown++
						must(h.Redeem(ctx, given.Code, "Nia"))(t)
						return
					}
					withheld++
					if !strings.HasPrefix(given.Withheld, nia+" has a code from ") || !strings.Contains(given.Withheld, "Support can give a new one") {
						t.Errorf("it says %q", given.Withheld)
					}
					must(h.Redeem(ctx, old, "Nia"))(t)
				})
			}
		}
	}
	if shown < 20 || withheld < 20 {
		t.Errorf("%d codes shown, %d withheld: the table tries too little", shown, withheld)
	}
}

// givenBy lets Nia into the unit that somebody manages, in one of the ways; false when it is refused for what she is.
func (h *fixture) givenBy(who, way string) (core.GivenCode, bool) {
	h.t.Helper()
	unit, peer := h.partnerOne.Ref(), "max"
	switch who {
	case "ana":
		unit, peer = h.acme.Ref(), "ben"
	case "pia":
		unit, peer = h.etl.Ref(), "ben"
	}
	var code core.GivenCode
	var err error
	switch way {
	case "add":
		_, code, err = h.as(who).AddMember(ctx, core.AddInput{Unit: unit, Email: nia})
	case "invite":
		_, code, err = h.as(who).Invite(ctx, core.InviteInput{Unit: unit, Email: nia})
	default:
		var i core.Invitation
		if i, _, err = h.as(peer).Invite(ctx, core.InviteInput{Unit: unit, Email: nia}); err == nil {
			_, code, err = h.as(who).ResendInvitation(ctx, i.ID, 0, 0)
		}
	}
	switch core.ReasonOf(err) {
	case core.ReasonAlreadyMember, core.ReasonAlreadyInvited:
		return code, false
	default:
		allowed(h.t, err)
		return code, true
	}
}

// access.md F1: the steps of the trial, with the sentence of AC19.
func TestOutsiderIsNotShownACodeOfSupport(t *testing.T) {
	h := newFixture(t)
	beta := h.beta()
	_, old, err := h.as("sam").CreateAccount(ctx, core.AccountInput{Email: nia, Support: true, Expires: h.in(100 * core.Day)})
	allowed(t, err)
	i, code, err := h.as("bob").Invite(ctx, core.InviteInput{Unit: beta.Ref(), Email: nia})
	allowed(t, err)
	const says = nia + " has a code from sam@support.test; only they or Support can give a new one."
	if code.Code != "" || code.Withheld != says {
		t.Fatalf("given %+v", code)
	}
	if _, code, err = h.as("bob").ResendInvitation(ctx, i.ID, 0, 0); err != nil || code.Withheld != says {
		t.Fatalf("re-sent: %+v, %v", code, err)
	}
	if acc := must(h.Redeem(ctx, old, "Nia"))(t); !acc.Support {
		t.Error("another account was redeemed")
	}
}

// AC19: nobody is sent to somebody who could not help: who made the account reads that only Support can.
func TestWithheldSentencesNameWhoCan(t *testing.T) {
	h := newFixture(t)
	beta := h.beta()
	i, _, err := h.as("ana").Invite(ctx, core.InviteInput{Unit: h.acme.Ref(), Email: nia})
	allowed(t, err)
	_, code, err := h.as("bob").Invite(ctx, core.InviteInput{Unit: beta.Ref(), Email: nia})
	allowed(t, err)
	if want := nia + " has a code from ana@acme.test; only Support can give a new one."; code.Withheld != want {
		t.Errorf("Bob reads %q", code.Withheld)
	}
	_, code, err = h.as("ana").ResendInvitation(ctx, i.ID, 0, 0)
	allowed(t, err)
	if want := nia + " has a code from you and belongs to more than you may give; only Support can give a new one."; code.Withheld != want {
		t.Errorf("Ana reads %q", code.Withheld)
	}
	// AC11: Support issues one for anybody.
	if code := must(h.as("sam").IssueCode(ctx, i.Account, "called back"))(t); code == "" {
		t.Error("Support is shown no code")
	}
}

// AC23: the flag without own MFA shows no more than the rest of the account may.
func TestSupportWithoutMFAIsShownNoCodeOfOthers(t *testing.T) {
	h := newFixture(t)
	add := core.AddInput{Unit: h.acme.Ref(), Email: nia}
	_, _, err := h.add("ben", add)
	allowed(t, err)
	h.setMFA("sam", false)
	_, code, err := h.as("sam").Invite(ctx, core.InviteInput{Unit: h.partnerOne.Ref(), Email: nia})
	allowed(t, err)
	if code.Code != "" || code.Withheld == "" {
		t.Errorf("given %+v", code)
	}
}

// U1, AC19: what is taken away does not come back by an undo to an account whose code somebody was given meanwhile.
func TestUndoDoesNotReachPastACode(t *testing.T) {
	for name, take := range map[string]func(h *fixture){
		"a cancelled invitation": func(h *fixture) {
			i, _, err := h.as("ana").Invite(ctx, core.InviteInput{Unit: h.acme.Ref(), Email: nia})
			allowed(h.t, err)
			must(h.as("ana").CancelInvitation(ctx, i.ID, 0))(h.t)
		},
		"a removal": func(h *fixture) {
			m, _, err := h.add("ana", core.AddInput{Unit: h.acme.Ref(), Email: nia})
			allowed(h.t, err)
			h.clock.move(core.Day / 24)
			allowed(h.t, h.as("ana").RemoveMember(ctx, h.acme.Ref(), m.Account, 0))
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			beta := h.beta()
			take(h)
			h.clock.move(core.Day / 86_400)
			_, code, err := h.as("bob").Invite(ctx, core.InviteInput{Unit: beta.Ref(), Email: nia})
			allowed(t, err)
			if code.Code == "" {
				t.Fatalf("given %+v", code)
			}
			refused(t, second(h.as("ana").Undo(ctx, core.EventRef{})), core.ReasonUndoStale)
		})
	}
}

// AC19: with mail nobody is shown a code, whoever they are, and nothing is withheld.
func TestMailedCodesAreShownToNobody(t *testing.T) {
	for _, who := range []string{"sam", "lea", "ana", "pia"} {
		for _, way := range []string{"invite", "add", "re-send"} {
			h := mailHouse(t)
			if given, done := h.givenBy(who, way); !done || given != (core.GivenCode{Mailed: true}) {
				t.Errorf("%s, %s: %+v", who, way, given)
			}
		}
	}
}
