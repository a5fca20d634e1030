package core

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestExplainW1(t *testing.T) {
	until := func(f *Facts) { f.Until = 1_800_000_000 }
	disabled := func(f *Facts) { f.Disabled = &Disabled{Reason: "Migration"} }
	for _, c := range []struct {
		name     string
		who      func(*Facts)
		verdict  WhyVerdict
		sentence string
		rule     string // of the deciding step
	}{
		{"direct member", direct(RoleGuest), WhyInside, "inside as guest", "A3"},
		{"temporary member (TM1)", both(direct(RoleGuest), until), WhyInside, "inside as guest until 2027-01-15 08:00 UTC", "A3"},
		{"visitor (V1)", both(visitorIn, until), WhyInside, "inside as admin until 2027-01-15 08:00 UTC", "A3"},
		{"visitor without MFA (R4)", both(visitorIn, mfaOff), WhyRefused, "refused with mfa_required", "R4"},
		{"locked-out member (S15)", both(direct(RoleGuest), mfaMissing), WhyRefused, "refused with mfa_required", "S15"},
		{"member of a disabled project (P14)", both(direct(RoleGuest), disabled), WhyRefused, "refused with project_disabled", "P14"},
		{"role user (OR4)", roleUser(RoleReadOnly), WhyInside, "inside as readOnly", "A3"},
		{"administrator (M1)", administrator, WhyMayJoin, "may join", "S3"},
		{"administrator, Auto Join off", both(administrator, autoJoinOff), WhyMayJoin, "may join", "S3"},
		{"administrator with role access", both(administrator, roleUser(RoleGuest)), WhyInside, "inside as guest", "A3"},
		{"administrator with an invitation (A8)", both(administrator, invited), WhyMayJoin, "may join", "S3"},
		{"administrator with a request (A8)", both(administrator, requested), WhyMayJoin, "may join", "S3"},
		{"invitee (I7)", invited, WhyMayAccept, "may accept invitation 12 until 2027-01-15 08:00 UTC", "I6"},
		{"locked-out invitee (S19)", both(invited, mfaMissing), WhyRefused, "refused with mfa_required", "S15"},
		{"invitee of a disabled project", both(invited, disabled), WhyRefused, "refused with project_disabled", "P14"},
		{"staff (A1)", supportFlag, WhyMayJoin, "may join", "S3"},
		{"staff with an invitation", both(supportFlag, invited), WhyMayAccept, "may accept invitation 12 until 2027-01-15 08:00 UTC", "I6"},
		{"staff, Auto Join off (S3)", both(supportFlag, autoJoinOff), WhyMayRequest, "may request", "R1"},
		{"staff with a request, Auto Join off (R2)", both(supportFlag, requested, autoJoinOff), WhyWaits, "waits with request 41 until 2027-01-15 08:00 UTC", "R2"},
		{"staff with a request, Auto Join on (S5)", both(supportFlag, requested), WhyMayJoin, "may join", "S3"},
		{"staff without MFA (R4)", both(supportFlag, mfaOff), WhyRefused, "refused with mfa_required", "R4"},
		{"staff at a disabled project, Auto Join off", both(supportFlag, autoJoinOff, disabled), WhyRefused, "refused with project_disabled", "P14"},
		{"plain member (OR13)", plainMember, WhyRefused, "refused with admin_role_required", "S3"},
		{"no longer staff (R9)", requested, WhyRefused, "refused with forbidden", "R9"},
		{"outsider", nobody, WhyRefused, "refused with forbidden", "OR13"},
		{"not activated (I11)", both(direct(RoleGuest), func(f *Facts) { f.Activated = false }), WhyRefused, "refused with inactive_account", "I11"},
		{"expired (AC13)", both(supportFlag, func(f *Facts) { f.Expired = true }), WhyRefused, "refused with account_expired", "AC13"},
		{"no such project (H1)", func(f *Facts) { f.Exists = false }, WhyRefused, "refused with not_found", "H1"},
		{"deleted project (DR1)", func(f *Facts) { f.Exists, f.Deleted = false, true }, WhyRefused, "refused with not_found", "DR1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			y := Explain(atProject(c.who))
			if y.Verdict != c.verdict || y.Sentence != c.sentence {
				t.Errorf("%s, %q; want %s, %q", y.Verdict, y.Sentence, c.verdict, c.sentence)
			}
			for _, s := range y.Steps {
				if s.Deciding && s.Rule != c.rule {
					t.Errorf("%s decides (%s), want %s", s.Rule, s.Sentence, c.rule)
				}
			}
		})
	}
}

// TestExplainStepsW2: all steps are there, in the order of A9.
func TestExplainStepsW2(t *testing.T) {
	want := "H1 V1 M1 OR4 I7 R4 OR13 I11 R4 OR5 R2 S3 P14"
	for name, who := range map[string]func(*Facts){"staff": supportFlag, "staff without MFA": both(supportFlag, mfaOff)} {
		var rules []string
		for _, s := range Explain(atProject(who)).Steps {
			rules = append(rules, s.Rule)
		}
		if got := strings.Join(rules, " "); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestExplainProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t, ProjectContent)
		y := Explain(f)
		deciding := 0
		for _, s := range y.Steps {
			if s.Deciding {
				deciding++
			}
		}
		switch {
		case deciding != 1:
			t.Fatalf("%d steps decide", deciding)
		case y.Verdict == "" || y.Sentence == "":
			t.Fatal("no verdict")
		case (y.Verdict == WhyRefused) != (y.Reason != ""):
			t.Fatalf("%s with reason %q", y.Verdict, y.Reason)
		case y.Verdict != WhyInside && (y.Next == "" || y.Who == ""):
			t.Fatalf("%s without a next step", y.Sentence)
		case y.Verdict == WhyInside && y.Role == "":
			t.Fatal("inside without a role")
		}
		if y.Reason == ReasonForbidden || y.Reason == ReasonNotFound {
			text, err := json.Marshal(y)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{nameOfProject, nameOfOrganization, "pia@", "ana@"} {
				if strings.Contains(string(text), name) {
					t.Fatalf("a name stands in %s (A10)", text)
				}
			}
		}
	})
}

// TestExplainWithoutMFAW3: the answer is the same whatever the MFA state is, and the step says that it is not shown.
func TestExplainWithoutMFAW3(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t, ProjectContent)
		on, off := f, f
		on.MFA, off.MFA = true, false
		a, _ := json.Marshal(ExplainWithoutMFA(on))
		b, _ := json.Marshal(ExplainWithoutMFA(off))
		if string(a) != string(b) {
			t.Fatalf("MFA shows:\n%s\n%s", a, b)
		}
		if strings.Contains(string(a), "MFA is on.") {
			t.Fatalf("the step is shown: %s", a)
		}
	})
}
