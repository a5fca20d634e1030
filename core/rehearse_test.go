package core_test

import (
	"testing"

	"gatehouse/core"
)

// A rehearsal of what asks for a code counts the wrong ones, so that nobody guesses there, and changes nothing with a right
// one (A10, AC15).
func TestRehearsalCountsWrongCodes(t *testing.T) {
	h := newFixture(t)
	h.setMFA("pia", true)
	allowed(t, h.as("pia").Rehearsing().SwitchOffMFA(ctx, h.code("pia")))
	if !h.account("pia").MFA() {
		t.Fatal("the rehearsal has switched MFA off")
	}
	for range 4 {
		refused(t, h.as("pia").Rehearsing().SwitchOffMFA(ctx, "000000"), core.ReasonSecondFactorWrong)
	}
	refused(t, h.as("pia").Rehearsing().SwitchOffMFA(ctx, "000000"), core.ReasonSecondFactorLocked)
}
