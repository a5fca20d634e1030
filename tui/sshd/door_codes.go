package sshd

import (
	"strings"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/core"
	"gatehouse/tui/text"
)

// What is asked.
const (
	questionFactor = "Code of your app, or a recovery code:"
	questionCode   = "Activation code:"
	questionName   = "Your name, as others see it:"
)

// answerMost is how much of an answer is looked at, in bytes; no code and no name is longer.
const answerMost = 1 << 10

// ask puts one question. What is typed is shown: codes work once, and long ones are pasted.
func (d *door) ask(challenge gossh.KeyboardInteractiveChallenge, instruction, question string) (string, error) {
	d.caller.asking()
	answers, err := challenge("", instruction, []string{question + " "}, []bool{true})
	if err != nil {
		return "", err
	}
	if len(answers) != 1 {
		return "", errNotYet
	}
	answer := strings.TrimSpace(answers[0])
	return answer[:min(len(answer), answerMost)], nil
}

// withCode asks for a TOTP or recovery code until it is right, or the tries of the connection are used up.
func (d *door) withCode(fingerprint string, challenge gossh.KeyboardInteractiveChallenge) (*gossh.Permissions, error) {
	if d.tries >= d.server.o.Limits.Tries {
		return nil, errTries
	}
	instruction := "Your key is known."
	for d.tries < d.server.o.Limits.Tries {
		code, err := d.ask(challenge, instruction, questionFactor)
		if err != nil {
			return nil, err
		}
		permissions, err := d.signIn(fingerprint, code)
		if core.ReasonOf(err) != core.ReasonSecondFactorWrong || permissions != nil {
			d.tries = d.server.o.Limits.Tries // no other code would help
			return permissions, err
		}
		d.tries++
		instruction = said(err)
		d.refusedCode(fingerprint, err)
	}
	return nil, triesUsed(instruction)
}

// refusedCode notes a wrong code in the log of the server; the house has its own.
func (d *door) refusedCode(fingerprint string, err error) {
	d.caller.fails()
	d.server.o.Count(EventRefused)
	d.server.log.Warn("code refused", "address", d.caller.address, "fingerprint", fingerprint, "reason", string(core.ReasonOf(err)))
}

// triesUsed ends the asking with the last sentence.
func triesUsed(sentence string) error {
	return &gossh.BannerError{Err: errTries, Message: sentence + "\r\n"}
}

// activate is what somebody may do whose key has signed and belongs to nobody: redeem an activation code with it
// (AC18). It is asked for by clients that have no other key to offer.
func (d *door) activate(challenge gossh.KeyboardInteractiveChallenge) (*gossh.Permissions, error) {
	if d.key == nil {
		return nil, d.keyless()
	}
	d.stranger()
	if d.tries >= d.server.o.Limits.Tries {
		return nil, errTries
	}
	fingerprint := gossh.FingerprintSHA256(d.key)
	// Lines of their own: the client breaks what is wider than the terminal within a word.
	instruction := "Your key belongs to no account:\r\n" + fingerprint + "\r\n" +
		"With an activation code it becomes the key of yours. ctrl+c leaves."
	in := core.Redeeming{Key: strings.TrimSpace(string(gossh.MarshalAuthorizedKey(d.key))), Origin: d.caller.origin()}
	question := questionCode
	for d.tries < d.server.o.Limits.Tries {
		answer, err := d.ask(challenge, instruction, question)
		if err != nil {
			return nil, err
		}
		if in.Code == "" {
			in.Code = answer
		} else {
			in.Name = answer
		}
		account, err := d.server.o.House.Activate(d.server.cut, in)
		if err == nil {
			d.server.log.Info("activated", "address", d.caller.address, "fingerprint", fingerprint, "account", uint64(account.ID))
			return d.activated(fingerprint, challenge)
		}
		switch e := core.AsError(err); {
		case e.Reason == core.ReasonCodeInvalid:
			d.tries++
			d.refusedCode(fingerprint, err)
			instruction, question, in.Code = said(e), questionCode, ""
		case e.Reason == core.ReasonNameRequired && question == questionCode:
			instruction, question = "The code is right.", questionName
		case e.Field == "name":
			d.tries++
			instruction, question = said(e), questionName
		default:
			return nil, d.refused(fingerprint, err)
		}
	}
	return nil, triesUsed(instruction)
}

// activated signs in with the key that is known now, with a code where the account has a second factor already (AC11).
func (d *door) activated(fingerprint string, challenge gossh.KeyboardInteractiveChallenge) (*gossh.Permissions, error) {
	d.unknown = nil
	d.caller.known.Store(true)
	ask, err := d.server.o.House.Recognize(d.server.cut, core.SigningIn{Fingerprint: fingerprint, Origin: d.caller.origin()})
	switch {
	case err != nil:
		return nil, d.refused(fingerprint, err)
	case ask == core.AskCode:
		return d.withCode(fingerprint, challenge)
	}
	return d.signIn(fingerprint, "")
}

// keyless tells a client that has not signed with any key what is missing. It is asked nothing.
func (d *door) keyless() error {
	if d.told { // a second sentence would contradict the first
		return errNotYet
	}
	sentence := "Gatehouse knows you by your SSH key, and your client has not offered one. Name it: ssh -i FILE …"
	if d.weak {
		sentence = "Your client has offered no key of a kind that Gatehouse takes: " + core.KeyKinds() + "; no certificates."
	}
	d.caller.fails()
	if d.last == sentence {
		return errNotYet
	}
	d.last = sentence
	return &gossh.BannerError{Err: errNotYet, Message: text.Clean(sentence) + "\r\n"}
}
