package core

// WhyVerdict is how it stands between an account and a project (W1).
type WhyVerdict string

// The verdicts of the explainer.
const (
	WhyInside     WhyVerdict = "inside"
	WhyMayJoin    WhyVerdict = "may_join"
	WhyMayRequest WhyVerdict = "may_request"
	WhyMayAccept  WhyVerdict = "may_accept"
	WhyWaits      WhyVerdict = "waits"
	WhyRefused    WhyVerdict = "refused"
)

// Why answers why an account can or cannot enter a project (section 24).
type Why struct {
	Account AccountID  `json:"account"`
	Project ProjectID  `json:"project"`
	Verdict WhyVerdict `json:"verdict"`
	// Sentence is the verdict as a person reads it: "inside as admin until 2026-12-01 18:00 UTC".
	Sentence string `json:"sentence"`
	Role     Role   `json:"role,omitempty"`   // inside: the effective role
	Until    Moment `json:"until,omitzero"`   // inside: when it ends; waits: when the request lapses
	Reason   Reason `json:"reason,omitempty"` // refused
	// By are, inside, the organization roles that open the project, the highest level first (OR4).
	By []Opening `json:"by,omitempty"`
	// Next is the next step, a whole sentence, and Who says who can take it. Both are empty when nothing is to be done.
	Next  string `json:"next,omitempty"`
	Who   string `json:"who,omitempty"`
	Steps []Step `json:"steps"`
}

// Explain says how it stands between the account and the project of f, with the steps of the one access function that
// also enforces (W1, W2). It is pure. Whose MFA may be shown is for the caller: see ExplainWithoutMFA.
func Explain(f Facts) Why {
	content := Access(ProjectContent, f)
	if inside(content) {
		return whyInside(f, content)
	}
	if content.Relation == RelationAdministrator {
		// Administrators come before their own invitation or request (A8): they join over both.
		return firstOpen(f, open{ProjectJoin, whyJoin})
	}
	if f.Invited {
		return firstOpen(f, open{ProjectAccept, whyAccept}, open{ProjectJoin, whyJoin})
	}
	return firstOpen(f, open{ProjectJoin, whyJoin}, open{ProjectRequest, whyRequest})
}

// ExplainWithoutMFA is Explain for somebody who may not know the MFA state of the account (W3, S31): it takes MFA as on
// and says that this step is not shown, so that nothing in the answer gives it away.
func ExplainWithoutMFA(f Facts) Why {
	f.MFA = true
	y := Explain(f)
	for i := range y.Steps {
		if s := &y.Steps[i]; s.Rule == "S15" || s.Rule == "R4" && s.Sentence == "MFA is on." {
			s.Sentence, s.Outcome = "Whether MFA stands in the way is not shown to you.", StepNotReached
		}
	}
	return y
}

// inside reports whether a verdict about content is about a user of the project.
func inside(v Verdict) bool {
	return v.Relation == RelationDirect || v.Relation == RelationRoleUser || (v.Relation == RelationAdministrator && v.Role != "")
}

func whyInside(f Facts, v Verdict) Why {
	if !v.Allowed {
		return whyRefused(f, v)
	}
	y := whyOf(f, v, WhyInside)
	y.Role, y.Until = v.Role, f.Until
	y.By, y.Sentence = f.Openings, "inside as "+f.insideAs(v.Role)
	if f.Until != 0 {
		y.Sentence += " until " + moment(f.Until)
	}
	if v.Visitor {
		y.Next, y.Who = "To stay longer, ask for an extension.", "the visitor"
	}
	return y
}

// open is one way in, and what to say when it is open.
type open struct {
	right Right
	say   func(Facts, Verdict) Why
}

// firstOpen takes the first way that is open. When none is, the first one tells the reason, unless a later one knows
// better; a pending request is waiting, not refused.
func firstOpen(f Facts, ways ...open) Why {
	var v Verdict
	for i, way := range ways {
		next := Access(way.right, f)
		if next.Allowed {
			return way.say(f, next)
		}
		if i == 0 || tellsMore(next.Reason) {
			v = next
		}
	}
	if v.Reason == ReasonAlreadyRequested {
		return whyWaits(f, v)
	}
	return whyRefused(f, v)
}

// tellsMore reports whether the refusal of a later way says more than that of the first: something waits already, or
// the way is right and only closed for a while.
func tellsMore(r Reason) bool { return r == ReasonAlreadyRequested || r == ReasonProjectDisabled }

func whyOf(f Facts, v Verdict, verdict WhyVerdict) Why {
	return Why{Account: f.Account.ID, Project: ProjectID(f.Unit.ID), Verdict: verdict, Steps: v.Steps}
}

func whyJoin(f Facts, v Verdict) Why {
	y := whyOf(f, v, WhyMayJoin)
	y.Sentence, y.Next, y.Who = "may join", "Join it.", "the account itself"
	if v.Relation == RelationStaff {
		y.Next = "Join it, with a reason and an end."
	}
	return y
}

func whyRequest(f Facts, v Verdict) Why {
	y := whyOf(f, v, WhyMayRequest)
	y.Sentence, y.Next, y.Who = "may request", "Request access, with a reason and an end.", "the account itself"
	return y
}

func whyAccept(f Facts, v Verdict) Why {
	y := whyOf(f, v, WhyMayAccept)
	y.Until = f.InvitationLapses
	y.Sentence, y.Next, y.Who = "may accept", "Accept the invitation.", "the account itself"
	if f.Invitation != 0 {
		y.Sentence += " invitation " + f.Invitation.Ref().number()
		y.Next = "Accept invitation " + f.Invitation.Ref().number() + "."
	}
	if f.InvitationLapses != 0 {
		y.Sentence += " until " + moment(f.InvitationLapses)
	}
	return y
}

func whyWaits(f Facts, v Verdict) Why {
	y := whyOf(f, v, WhyWaits)
	y.Until, y.Sentence = f.RequestLapses, "waits"
	if f.Request != 0 {
		y.Sentence += " with request " + f.Request.Ref().number()
	}
	if f.RequestLapses != 0 {
		y.Sentence += " until " + moment(f.RequestLapses)
	}
	y.Next, y.Who = "The request waits for a decision.", peopleOr(f.FullRoleUsers, "the users of the project")
	return y
}

func whyRefused(f Facts, v Verdict) Why {
	y := whyOf(f, v, WhyRefused)
	y.Reason, y.Sentence = v.Reason, "refused with "+string(v.Reason)
	y.Next, y.Who = v.Err.Next, whoHelps(f, v)
	if y.Next == "" {
		y.Next = v.Err.Message
	}
	return y
}

// whoHelps says who can take the next step out of a refusal. Outsiders are told no names (A10).
func whoHelps(f Facts, v Verdict) string {
	switch v.Reason {
	case ReasonMFARequired, ReasonInactiveAccount, ReasonNotFound:
		return "the account itself"
	case ReasonAccountExpired, ReasonProjectDisabled:
		return "Support"
	case ReasonAdminRoleRequired:
		return nameOr(f.administrators(), handsOver)
	case ReasonForbidden:
		return "the people of the project"
	default:
		return "the account itself"
	}
}
