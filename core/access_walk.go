package core

import "strings"

// walk goes through the checks of A9 for one right. The first failing check answers; the rest is not reached.
type walk struct {
	right   Right
	f       *Facts
	quiet   bool // no steps, no sentences
	v       Verdict
	variant string // of the sentence of v.Reason
}

// finding is the result of one check: what was found, and the reason when that refuses.
type finding struct {
	said    string
	reason  Reason
	variant string
}

func passed(said string) finding { return finding{said: said} }

func failed(reason Reason, said string) finding { return finding{said: said, reason: reason} }

func (x finding) as(variant string) finding {
	x.variant = variant
	return x
}

// run does the checks of A9 that Facts can answer, in its order.
func (w *walk) run() {
	w.check(w.unitRule(), "The unit exists and is open.", w.unitThere)
	w.relate()
	w.check(w.accountRule(), "The account is activated and has not expired.", w.accountUsable)
	w.check(w.lockRule(), "MFA is on where it is needed.", w.lock)
	switch w.kind() {
	case KindProject:
		w.check(w.insideRule(), "Nobody enters twice.", w.projectInside)
		w.check("R2", "Nothing of the account is pending.", w.projectPending)
		w.check(w.projectRule(), "The right itself.", w.projectRight)
		w.check("P14", "The project is not disabled.", w.projectOpen)
	case KindOrganization:
		w.check("M11", "Nobody enters twice.", w.organizationInside)
		w.check("M12", "No invitation of the account is pending.", w.organizationPending)
		w.check(w.organizationRule(), "The right itself.", w.organizationRight)
	default:
		w.check("MT5", "Nobody enters twice.", w.maintainerInside)
		w.check("MT6", "No invitation of the account is pending.", w.maintainerPending)
		w.check(w.maintainerRule(), "The right itself.", w.maintainerRight)
	}
}

// kind is the table of section 6 that the right stands in.
func (w *walk) kind() Kind { return tableOf(w.right) }

func tableOf(right Right) Kind {
	unit, _, _ := strings.Cut(string(right), ".")
	switch unit {
	case "project":
		return KindProject
	case "organization":
		return KindOrganization
	default:
		return KindMaintainer
	}
}

// check does one check, unless an earlier one has answered already. The question stands for it when it is not reached.
func (w *walk) check(rule, question string, look func() finding) {
	if w.v.Reason != "" {
		w.note(Step{Rule: rule, Sentence: question, Outcome: StepNotReached})
		return
	}
	got := look()
	if got.reason == "" {
		w.note(Step{Rule: rule, Sentence: got.said, Outcome: StepPassed})
		return
	}
	w.v.Reason, w.variant = got.reason, got.variant
	w.note(Step{Rule: rule, Sentence: got.said, Outcome: StepFailed, Deciding: true})
}

func (w *walk) note(s Step) {
	if !w.quiet {
		w.v.Steps = append(w.v.Steps, s)
	}
}

// verdict closes the walk: when nothing refused, the right itself has decided.
func (w *walk) verdict() Verdict {
	v := w.v
	v.Allowed = v.Reason == ""
	if v.Allowed {
		i := len(v.Steps) - 1
		if w.kind() == KindProject {
			i-- // the state of the project comes behind the right
		}
		v.Steps[i].Deciding = true
		return v
	}
	text := w.words() // which may choose another variant
	v.Err = refuseAs(v.Reason, w.variant, text).on(string(w.right), w.f.Unit)
	return v
}

func (w *walk) unitRule() string {
	if w.f.Deleted {
		return "DR1"
	}
	return "H1"
}

// unitThere is check 1. For some rights a deleted project counts as existing (DR6, DR9, ST4).
func (w *walk) unitThere() finding {
	if w.f.Exists {
		return passed("The unit exists and is open.")
	}
	if w.f.Deleted && w.countsDeleted() {
		return passed("The project is deleted and can be restored; that is enough here.")
	}
	return failed(ReasonNotFound, "There is no such unit.")
}

func (w *walk) countsDeleted() bool {
	switch w.right {
	case ProjectRestore, ProjectPurge, ProjectEmpty, ProjectListDeleted:
		return true
	case ProjectTicketRestore:
		return w.f.Admin
	default:
		return false
	}
}

// kindOfPerson is one kind of A8: whether the account is it, and what that makes of it.
type kindOfPerson struct {
	relation Relation
	rule     string
	fits     bool
	yes, no  string
	// also lets the walk look on: a staff account with an invitation counts as staff (6.1).
	also bool
}

// relate is check 2: the kinds of A8 in their order, each with its rule; the first that fits counts.
func (w *walk) relate() {
	kinds := w.kinds()
	refused := w.v.Reason != ""
	if !refused {
		w.v.Relation = RelationOutsider
	}
	found := false
	for i, k := range kinds {
		s := Step{Rule: k.rule, Sentence: k.no, Outcome: StepNotReached}
		switch {
		case refused || found:
			s.Sentence = k.question()
		case k.fits && w.closed(k.relation):
			w.v.Relation = k.relation
			w.outside()
			s.Sentence, s.Outcome, s.Deciding = k.yes, StepFailed, true
		case k.fits:
			s.Sentence, s.Outcome = k.yes, StepPassed
			w.v.Relation, found = k.relation, !k.also
		default:
			s.Outcome = StepFailed
			if i == len(kinds)-1 {
				w.outside()
				s.Deciding = true
			}
		}
		w.note(s)
	}
	if !refused {
		w.rank()
	}
}

func (w *walk) outside() {
	w.v.Reason, w.variant = ReasonForbidden, variantOutsider
}

func (k kindOfPerson) question() string { return "Counts as " + string(k.relation) + "." }

// closed reports whether the relation opens nothing: a requester who is no longer staff may only withdraw (6.1, R9).
func (w *walk) closed(r Relation) bool { return r == RelationRequester && w.right != ProjectWithdraw }

// rank fills in the role and the mark of a visitor.
func (w *walk) rank() {
	switch f := w.f; f.Unit.Kind {
	case KindProject:
		w.v.Role, w.v.Visitor = w.role(), f.Direct == Visiting
	case KindOrganization:
		w.v.Visitor = f.OrganizationStanding == Visiting
	default:
		w.v.Visitor = f.MaintainerStanding == Visiting
	}
}

func (w *walk) kinds() []kindOfPerson {
	switch w.f.Unit.Kind {
	case KindProject:
		return w.projectKinds()
	case KindOrganization:
		return w.organizationKinds()
	default:
		return w.maintainerKinds()
	}
}

// staff reports whether the account is staff for the organization, or for the maintainer asked about (section 1).
func (f *Facts) staff() bool { return f.Account.Support || f.maintainerMember() }

func (f *Facts) maintainerMember() bool {
	return f.MaintainerStanding == Ordinary && f.Unit.Kind != KindMaintainer
}

func (w *walk) accountRule() string {
	if w.f.Activated && w.f.Expired {
		return "AC13"
	}
	return "I11"
}

// accountUsable is check 3.
func (w *walk) accountUsable() finding {
	switch {
	case w.f.Account.State == AccountRemoved:
		return failed(ReasonAccountExpired, "The account was removed.")
	case !w.f.Activated:
		return failed(ReasonInactiveAccount, "The account is not activated.")
	case w.f.Expired:
		return failed(ReasonAccountExpired, "The account has expired.")
	}
	return passed("The account is activated and has not expired.")
}

func (w *walk) lockRule() string {
	switch {
	case w.f.MFARequired:
		return "S15"
	case w.needsOwnMFA():
		return staffActs[w.right].rule
	case w.visitUse():
		return "R4"
	}
	return "S15"
}

// lock is check 4: where the organization requires MFA, for staff entries, and for the use of a visit (6.1, R4, S15).
func (w *walk) lock() finding {
	switch {
	case w.f.MFA:
		return passed("MFA is on.")
	case !w.f.Account.Support && w.dutyMay():
		return failed(ReasonMFARequired, "Duties are used with MFA only, and it is off.").as(variantDuty)
	case w.freeOfLock():
		return passed("This needs no MFA.")
	case w.f.MFARequired:
		return failed(ReasonMFARequired, "The organization requires MFA, and it is off.")
	case w.entersAsStaff():
		return failed(ReasonMFARequired, "Staff enter with MFA only, and it is off.").as(variantStaff)
	case w.needsOwnMFA():
		return failed(ReasonMFARequired, "Staff do this with MFA only, and it is off.").as(variantStaffAct)
	case w.visitUse():
		return failed(ReasonMFARequired, "A visit is used with MFA only, and it is off.").as(variantStaff)
	}
	return passed("MFA is off and not needed here.")
}

// freeOfLock names what locked-out people may still do (S17), and what Support may (S16).
func (w *walk) freeOfLock() bool {
	switch w.right {
	case ProjectLeave, ProjectDecline, ProjectWithdraw, OrganizationLeave, OrganizationDecline, MaintainerLeave, MaintainerDecline:
		return true
	case ProjectDelete, OrganizationDelete, OrganizationListProjects:
		return w.f.Account.Support
	default:
		return false
	}
}

// ordinary reports whether the account is an ordinary member of the unit asked about.
func (w *walk) ordinary() bool {
	switch f := w.f; f.Unit.Kind {
	case KindProject:
		return f.Direct == Ordinary
	case KindOrganization:
		return f.OrganizationStanding == Ordinary
	default:
		return f.MaintainerStanding == Ordinary
	}
}

// visitUse reports whether the right is used through a visit: what the staff relation gives anyway is not (V4).
func (w *walk) visitUse() bool { return w.v.Visitor && !w.staffMay() }

// staffMay reports whether the staff relation alone gives the right, whatever else the account is.
func (w *walk) staffMay() bool {
	if w.f.Account.Support && w.supportMay() {
		return true
	}
	return w.f.maintainerMember() && w.staffCell(false) == yes
}

// supportMay reports whether the flag alone gives the right: such rights hold whatever else the account is (A8).
func (w *walk) supportMay() bool {
	return w.f.Account.Support && w.staffCell(true) == yes
}

// staffCell reads the columns of staff in the tables of section 6.
func (w *walk) staffCell(support bool) Reason {
	switch w.kind() {
	case KindProject:
		return w.projectStaffCell(support)
	case KindOrganization:
		return w.organizationStaffCell(support)
	default:
		return w.maintainerStaffCell(support)
	}
}
