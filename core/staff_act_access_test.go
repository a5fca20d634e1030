package core

import (
	"slices"
	"testing"
)

// staffFacts are people who are staff and nothing else, toward the unit that a right is about: by the flag, by the
// maintainer, and as visitors.
func staffFacts(right Right, mfa bool) []Facts {
	w := walk{right: right}
	at := map[Kind]func(func(*Facts)) Facts{KindProject: atProject, KindOrganization: atOrganization, KindMaintainer: atMaintainer}[w.kind()]
	var all []Facts
	for _, standing := range []Standing{NoStanding, Visiting} {
		for _, deleted := range []bool{false, true} {
			for _, autoJoin := range []bool{false, true} {
				for _, support := range []bool{false, true} {
					all = append(all, at(func(f *Facts) {
						f.NobodyRuns = func() bool { return true }
						f.MFA, f.AutoJoin, f.Account.Support = mfa, autoJoin, support
						f.Exists, f.Deleted = !deleted, deleted && f.Unit.Kind == KindProject
						if !support && f.Unit.Kind != KindMaintainer {
							f.MaintainerStanding = Ordinary
						}
						switch f.Unit.Kind {
						case KindProject:
							f.Direct, f.DirectRole = standing, RoleProjectAdmin
						case KindOrganization:
							f.OrganizationStanding = standing
						default:
							f.MaintainerStanding = standing
						}
					}))
				}
			}
		}
	}
	return all
}

// usesOwnEntry are rights that a visit gives, or that are about the own membership: nothing that the relation of staff
// opens, and so no rows of the table. A visit has needed MFA, a reason and an end at its start (R4).
var usesOwnEntry = map[Right]bool{
	ProjectContent: true, ProjectTicket: true, ProjectTicketRestore: true, ProjectLeave: true, ProjectBuckets: true,
	ProjectCatalog: true, ProjectLinkBuckets: true, OrganizationCombined: true, OrganizationLeave: true, MaintainerLeave: true,
}

// A3 of the rules of staff (R4, M5, AC23): every right that staff have as such is judged in the table, and the access
// function keeps to what it says about MFA.
func TestEveryRightOfStaffIsJudged(t *testing.T) {
	for _, right := range slices.Concat(unitRights[KindMaintainer], unitRights[KindOrganization], unitRights[KindProject]) {
		act, judged := staffActs[right]
		open := false
		for _, with := range staffFacts(right, true) {
			if !Access(right, with).Allowed {
				continue
			}
			open = true
			without := with
			without.MFA = false
			v := Access(right, without)
			wants := act.mfa != mfaNever || usesVisit(right, without, v)
			if refused := v.Reason == ReasonMFARequired; refused != wants && !usesOwnEntry[right] {
				t.Errorf("%s without MFA: %q, and the table asks for MFA: %v", right, v.Reason, wants)
			}
			if fault := verdictFault(right, without, v); fault != "" {
				t.Errorf("%s without MFA: %s", right, fault)
			}
		}
		if open && !judged && !usesOwnEntry[right] {
			t.Errorf("staff have %s, and the table of their acts does not know it", right)
		}
		if judged && !open {
			t.Errorf("the table of the acts of staff has %s, which nobody has as staff", right)
		}
	}
}

// usesVisit reports whether the right is used through a visit alone, which needs MFA whatever it is (R4, V4).
func usesVisit(right Right, f Facts, v Verdict) bool {
	w := walk{right: right, f: &f, v: v}
	return w.visitUse()
}
