package core_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// X1, X3, trust-E5: a dump holds no secret of a second factor, whoever takes it, unless the owner asks. A house that is
// imported from it is whole, exports the same again, and asks its people to enrol again, who then do.
func TestDumpWithoutSecrets(t *testing.T) {
	suite.Sequential(t)
	h := filled(t)
	h.enrol("otto")
	must(h.as("pia").EnrolMFA(ctx))(t)
	var bySupport, ofOwner, ofCopy bytes.Buffer
	allowed(t, h.as("sam").Export(ctx, &bySupport, nil))
	allowed(t, h.Export(ctx, &ofOwner, nil))
	byOwner := ofOwner.Bytes()
	secret := base64.StdEncoding.EncodeToString([]byte("01234567890123456789"))
	for who, dump := range map[string]string{"Support": bySupport.String(), "the owner": string(byOwner)} {
		for _, word := range []string{secret, `"totp":{`, `"enrolling"`, `"recovery":`, `"secret"`} {
			if strings.Contains(dump, word) {
				t.Errorf("the dump of %s holds %s", who, word)
			}
		}
	}
	again := imported(t, h, byOwner)
	if err := core.CheckInvariants(ctx, again.Store(), h.now(), func(fault string) { t.Errorf("invariant: %s", fault) }); err != nil {
		t.Fatal(err)
	}
	allowed(t, again.Export(ctx, &ofCopy, nil))
	first, second := accountLines(string(byOwner)), accountLines(ofCopy.String())
	if first != second {
		t.Errorf("the accounts differ after import and export:\n%s\n%s", first, second)
	}
	lea := again.As(h.id("lea"))
	me := must(lea.Me(ctx))(t)
	if home := must(lea.Home(ctx))(t); *me.MFA || me.EnrolAgain == 0 || !home.EnrolAgain {
		t.Errorf("lea is not asked to enrol again: %+v", me)
	}
	e := must(lea.EnrolMFA(ctx))(t)
	must(lea.ConfirmMFA(ctx, codeAt(t, e.Secret, h.clock.Now())))(t)
	if me := must(lea.Me(ctx))(t); !*me.MFA || me.EnrolAgain != 0 {
		t.Errorf("lea enrolled again and is still asked: %+v", me)
	}
}

func accountLines(dump string) string {
	var lines []string
	for _, l := range strings.Split(dump, "\n") {
		if strings.HasPrefix(l, `{"kind":"account"`) {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
}
