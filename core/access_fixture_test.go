package core

import (
	"strings"
	"testing"
)

// The names in the facts of these tests. None of them may reach an outsider.
const (
	nameOfProject      = "Nightly ETL"
	nameOfOrganization = "Acme"
	nameOfMaintainer   = "Partner One"
)

func somebody() Facts {
	return Facts{
		Account: Account{ID: 7, Email: "sam@example.test", State: AccountActive, Expires: 1_800_000_000}, Activated: true, MFA: true, Exists: true,
		AutoJoin: true, Deciders: DecidersAnyUser, RoleSet: RoleSetStandard,
		Request: 41, RequestLapses: 1_800_000_000, Invitation: 12, InvitationLapses: 1_800_000_000,
		UnitName: nameOfProject, ProjectName: nameOfProject, OrganizationName: nameOfOrganization,
		FullRoleUsers:  func() []string { return []string{"pia@example.test"} },
		Administrators: func() []string { return []string{"ana@example.test", "ben@example.test"} },
	}
}

func atProject(change func(*Facts)) Facts {
	f := somebody()
	f.Unit = ProjectID(3).Ref()
	change(&f)
	return f
}

func atOrganization(change func(*Facts)) Facts {
	f := somebody()
	f.Unit, f.UnitName, f.ProjectName = OrganizationID(2).Ref(), nameOfOrganization, ""
	change(&f)
	return f
}

func atMaintainer(change func(*Facts)) Facts {
	f := somebody()
	f.Unit, f.UnitName, f.ProjectName, f.OrganizationName = MaintainerID(1).Ref(), nameOfMaintainer, "", ""
	change(&f)
	return f
}

// answer is how the tables of these tests write a verdict: "yes", or the reason.
func answer(v Verdict) string {
	if v.Allowed {
		return "yes"
	}
	return string(v.Reason)
}

// ask asks the access function, checks what holds for every verdict, and compares.
func ask(t *testing.T, right Right, f Facts, want string) {
	t.Helper()
	v := Access(right, f)
	if got := answer(v); got != want {
		t.Errorf("%s: %s, want %s (counts as %q, steps %+v)", right, got, want, v.Relation, v.Steps)
	}
	if fault := verdictFault(right, f, v); fault != "" {
		t.Errorf("%s, %s: %s", right, answer(v), fault)
	}
}

// verdictFault says what is wrong with a verdict whatever the rules are, or nothing.
func verdictFault(right Right, f Facts, v Verdict) string {
	deciding, failures := 0, 0
	for i, s := range v.Steps {
		switch {
		case s.Rule == "" || s.Sentence == "":
			return "a step says nothing"
		case s.Deciding && s.Outcome == StepNotReached:
			return "a step that is not reached decides"
		case deciding > 0 && !v.Allowed && s.Outcome != StepNotReached:
			return "a step behind the failing one is reached: " + v.Steps[i].Sentence
		}
		if s.Deciding {
			deciding++
			if (s.Outcome == StepFailed) == v.Allowed {
				failures++
			}
		}
	}
	switch {
	case deciding != 1:
		return "not exactly one step decides"
	case failures > 0:
		return "the deciding step does not fit the verdict"
	case v.Allowed != (v.Err == nil) || v.Allowed != (v.Reason == ""):
		return "allowed, reason and error do not fit"
	case permits(right, f) != v.Allowed:
		return "permits answers differently"
	case v.Allowed:
		return ""
	}
	text := v.Err.Error()
	switch {
	case v.Err.Reason != v.Reason || v.Err.Code != codeOf(v.Reason):
		return "the error has another reason"
	case v.Err.Message == "":
		return "the error has no sentence"
	case unfilled(right, f) != "":
		return "nothing fills {" + unfilled(right, f) + "}"
	case v.Relation == RelationOutsider || v.Relation == "":
		for _, s := range v.Steps {
			text += s.Sentence
		}
		for _, name := range []string{nameOfProject, nameOfOrganization, nameOfMaintainer, "pia@", "ana@", "ben@"} {
			if strings.Contains(text, name) {
				return "an outsider is told a name: " + text
			}
		}
	}
	return ""
}

// unfilled names a brace of the refusal that has no word, or nothing.
func unfilled(right Right, f Facts) string {
	w := walk{right: right, f: &f}
	w.run()
	text := w.words()
	for _, name := range bracesOf(sentenceOf(w.v.Reason, w.variant)) {
		if text[name] == "" {
			return name
		}
	}
	return ""
}
