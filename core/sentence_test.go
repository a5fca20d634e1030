package core

import (
	"strings"
	"testing"
)

// TestEveryReasonHasASentence is section 3: a sentence for every reason, and a class.
func TestEveryReasonHasASentence(t *testing.T) {
	known := map[Reason]bool{ReasonInternal: true}
	for _, table := range []map[sentenceKey]sentence{sentences, conflictSentences, invalidSentences} {
		for key, s := range table {
			known[key.reason] = true
			if _, ok := reasonCodes[key.reason]; !ok && key.reason != ReasonInternal {
				t.Errorf("%s has no class", key.reason)
			}
			for _, part := range []template{s.message, s.next} {
				if strings.Count(string(part), "{") != strings.Count(string(part), "}") {
					t.Errorf("%s: braces do not match in %q", key.reason, part)
				}
				if part != "" && !strings.HasSuffix(string(part), ".") {
					t.Errorf("%s: %q is no whole sentence", key.reason, part)
				}
			}
		}
	}
	for reason := range reasonCodes {
		if !known[reason] {
			t.Errorf("%s has no sentence of its own", reason)
		}
		e := refuse(reason, nil)
		if e.Message == "" || e.Reason != reason || e.Code != reasonCodes[reason] {
			t.Errorf("%s: %+v", reason, e)
		}
		if strings.ContainsAny(e.Error(), "{}") {
			t.Errorf("%s without words leaves braces: %s", reason, e.Error())
		}
	}
}

// TestSentenceVariants: a variant that is asked for is there.
func TestSentenceVariants(t *testing.T) {
	for _, c := range []struct {
		reason   Reason
		variants []string
	}{
		{ReasonForbidden, []string{variantOutsider, variantInvitee}},
		{ReasonAutoJoinDisabled, []string{variantProject, variantOrganization}},
		{ReasonMFARequired, []string{variantStaff, variantOther}},
		{ReasonUseJoin, []string{variantOwn, variantOther}},
		{ReasonAlreadyMember, []string{variantOwn}},
		{ReasonAccountExpired, []string{variantRemoved}},
		{ReasonImportInvalid, []string{variantWhole}},
		{ReasonAlreadyInvited, []string{variantOwn, variantOther}},
		{ReasonAlreadyRequested, []string{variantOwn, variantOther}},
	} {
		for _, v := range c.variants {
			found := false
			for _, table := range []map[sentenceKey]sentence{sentences, conflictSentences, invalidSentences} {
				_, ok := table[sentenceKey{c.reason, v}]
				found = found || ok
			}
			if !found {
				t.Errorf("%s has no variant %q", c.reason, v)
			}
		}
	}
}

// TestFillTakesTextAsItIs: braces and hidden characters in somebody's text change no sentence (trust-C1).
func TestFillTakesTextAsItIs(t *testing.T) {
	e := refuseAs(ReasonAlreadyInvited, variantOther, words{"who": "{lapses}{id}", "lapses": "\x1b]0;owned\x07", "id": "4"})
	want := "{lapses}{id} is invited until ‹U+001B›]0;owned‹U+0007›. Re-send or cancel invitation 4."
	if e.Error() != want {
		t.Errorf("%q, want %q", e.Error(), want)
	}
}

func TestPeople(t *testing.T) {
	for _, c := range []struct{ names, want string }{
		{"", ""}, {"ana", "ana"}, {"ana ben cleo", "ana, ben, cleo"}, {"ana ben cleo dan", "ana, ben, cleo +1"}, {"a b c d e", "a, b, c +2"},
	} {
		if got := people(strings.Fields(c.names)); got != c.want {
			t.Errorf("%q gives %q, want %q", c.names, got, c.want)
		}
	}
}
