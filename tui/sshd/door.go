package sshd

import (
	"errors"
	"slices"
	"strings"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/core"
	"gatehouse/tui/text"
)

// algorithms are those of the library without known weaknesses and without SHA-1; and without the key exchanges that cost
// the server more than whoever asks for them.
func algorithms() gossh.Config {
	a := gossh.SupportedAlgorithms()
	return gossh.Config{
		KeyExchanges: slices.DeleteFunc(a.KeyExchanges, func(n string) bool {
			return n == gossh.KeyExchangeDH16SHA512 || n == gossh.KeyExchangeDHGEXSHA256 || strings.HasSuffix(n, "-sha1")
		}),
		Ciphers: a.Ciphers,
		MACs:    slices.DeleteFunc(a.MACs, func(n string) bool { return n == gossh.HMACSHA1 }),
	}
}

// door finds out who a caller is. It belongs to one connection, whose goroutine calls all of it.
type door struct {
	server *Server
	caller *caller

	key     gossh.PublicKey // the first that has signed and belongs to nobody
	unknown []string        // fingerprints of all those
	noted   bool            // that they came stands in the log of the house
	weak    bool            // a key was offered that cannot be used
	tries   int             // codes that were wrong
	last    string          // the last refusal, for the log
	told    bool            // a key that has signed was refused, and its client told why
}

// config is what the library asks, with the door behind it. Nothing but a signature by a key leads in: no password, no
// certificate, and "none" is refused. A key is accepted for signing without looking it up, so that nobody learns whose
// keys there are.
func (d *door) config() *gossh.ServerConfig {
	c := &gossh.ServerConfig{
		Config:                  algorithms(),
		PublicKeyAuthAlgorithms: core.KeyAlgorithms(),
		// The library ends a connection that does not stop; what may be tried how often is counted by the door.
		MaxAuthTries:  d.server.o.Limits.Keys + d.server.o.Limits.Tries,
		ServerVersion: "SSH-2.0-Gatehouse",
		NoClientAuthCallback: func(gossh.ConnMetadata) (*gossh.Permissions, error) {
			return nil, gossh.ErrNoAuth
		},
		PublicKeyCallback: func(_ gossh.ConnMetadata, key gossh.PublicKey) (*gossh.Permissions, error) {
			return nil, d.acceptable(key)
		},
		VerifiedPublicKeyCallback: func(_ gossh.ConnMetadata, key gossh.PublicKey, _ *gossh.Permissions, _ string) (*gossh.Permissions, error) {
			return d.signed(key)
		},
		KeyboardInteractiveCallback: func(_ gossh.ConnMetadata, ask gossh.KeyboardInteractiveChallenge) (*gossh.Permissions, error) {
			return d.activate(ask)
		},
	}
	for _, key := range d.server.o.HostKeys {
		c.AddHostKey(key)
	}
	if d.server.o.OpenDoor {
		d.open(c)
	}
	return c
}

// open lets everybody in, with any key or none.
func (d *door) open(c *gossh.ServerConfig) {
	c.NoClientAuth = true
	c.NoClientAuthCallback = func(gossh.ConnMetadata) (*gossh.Permissions, error) { return d.anybody("") }
	c.PublicKeyCallback = func(gossh.ConnMetadata, gossh.PublicKey) (*gossh.Permissions, error) { return nil, nil } //nolint:nilnil // accepted; the guest is made when it has signed
	c.VerifiedPublicKeyCallback = func(_ gossh.ConnMetadata, key gossh.PublicKey, _ *gossh.Permissions, _ string) (*gossh.Permissions, error) {
		return d.anybody(gossh.FingerprintSHA256(key))
	}
	c.KeyboardInteractiveCallback = func(gossh.ConnMetadata, gossh.KeyboardInteractiveChallenge) (*gossh.Permissions, error) {
		return d.anybody("")
	}
}

// anybody makes a guest without a session. It waits as before until it asks for something.
func (d *door) anybody(fingerprint string) (*gossh.Permissions, error) {
	g := newGuest(d.caller, nil, fingerprint)
	if !d.caller.adopt(g) {
		return nil, errGone
	}
	d.server.o.Count(EventSignedIn)
	d.server.log.Info("visitor", "address", g.address)
	return g.permissions(), nil
}

// What the library gets as the reason of a refusal; clients do not see it.
var (
	errGone        = errors.New("the connection is gone")
	errCertificate = errors.New("certificates are not accepted")
	errWeakKey     = errors.New("this kind of key is not accepted")
	errNotYet      = errors.New("no key has signed")
	errNobody      = errors.New("the key belongs to nobody")
	errKeys        = errors.New("too many keys that belong to nobody")
	errTries       = errors.New("too many tries")
)

// acceptable looks at the kind of a key that is offered, never at whose it is. After many keys of nobody it takes none.
func (d *door) acceptable(key gossh.PublicKey) error {
	if len(d.unknown) > d.server.o.Limits.Keys {
		return errKeys
	}
	if _, ok := key.(*gossh.Certificate); ok {
		d.weak = true
		return errCertificate
	}
	if core.AcceptableKey(key) != nil {
		d.weak = true
		return errWeakKey
	}
	return nil
}

// signed goes on with a key that has signed: in, to the second factor, or out with the sentence of the refusal. After
// a key of nobody the next may be known. What it may still do stands in activate.
func (d *door) signed(key gossh.PublicKey) (*gossh.Permissions, error) {
	d.caller.signed.Store(true)
	fingerprint := gossh.FingerprintSHA256(key)
	if slices.Contains(d.unknown, fingerprint) {
		return nil, errNobody
	}
	ask, err := d.server.o.House.Recognize(d.server.cut, core.SigningIn{Fingerprint: fingerprint, Origin: d.caller.origin()})
	if err != nil {
		return nil, d.refused(fingerprint, err)
	}
	d.caller.known.Store(ask != core.AskActivation)
	switch ask {
	case core.AskNothing:
		return d.signIn(fingerprint, "")
	case core.AskCode:
		return nil, &gossh.PartialSuccessError{Next: gossh.ServerAuthCallbacks{
			KeyboardInteractiveCallback: func(_ gossh.ConnMetadata, ask gossh.KeyboardInteractiveChallenge) (*gossh.Permissions, error) {
				return d.withCode(fingerprint, ask)
			},
		}}
	case core.AskActivation:
	}
	d.caller.fails() // which costs nothing when another key is known
	d.unknown = append(d.unknown, fingerprint)
	if d.key == nil {
		d.key = key
	}
	return nil, errNobody
}

// stranger has the house note that keys of nobody came, once and for all of them: when it is sure that no other key
// leads in.
func (d *door) stranger() {
	if len(d.unknown) == 0 || d.noted {
		return
	}
	d.noted = true
	err := d.server.o.House.Unrecognized(d.server.cut, core.SigningIn{Fingerprint: d.unknown[0], Origin: d.caller.origin()})
	if err != nil && core.ReasonOf(err) != core.ReasonUnknownKey {
		d.server.log.Error("the keys are not in the log of the house", "address", d.caller.address, "error", core.Causes(err))
	}
}

// signIn begins the session.
func (d *door) signIn(fingerprint, code string) (*gossh.Permissions, error) {
	session, err := d.server.o.House.SignIn(d.server.cut, core.SigningIn{Fingerprint: fingerprint, Code: code, Origin: d.caller.origin()})
	if err != nil {
		if core.ReasonOf(err) == core.ReasonSecondFactorWrong {
			d.caller.fails()
			return nil, err
		}
		return nil, d.refused(fingerprint, err)
	}
	g := newGuest(d.caller, session, fingerprint)
	if !d.caller.adopt(g) {
		return nil, errGone
	}
	d.server.admitted(d.caller)
	d.server.o.Count(EventSignedIn)
	facts := session.Facts()
	d.server.log.Info("signed in", "address", g.address, "fingerprint", fingerprint,
		"account", uint64(facts.Account), "session", uint64(facts.ID))
	return g.permissions(), nil
}

// refused tells a key that has signed why it may not come in.
func (d *door) refused(fingerprint string, err error) error {
	e := core.AsError(err)
	d.server.o.Count(EventRefused)
	d.told = true
	if e.Code == core.CodeInternal || e.Code == core.CodeUnavailable {
		d.caller.excuse()
	} else {
		d.caller.fails()
	}
	if e.Code == core.CodeInternal {
		d.server.log.Error("sign-in failed", "address", d.caller.address, "fingerprint", fingerprint, "error", core.Causes(err))
	} else {
		d.server.log.Warn("sign-in refused", "address", d.caller.address, "fingerprint", fingerprint, "reason", string(e.Reason))
	}
	return &gossh.BannerError{Err: err, Message: said(e) + "\r\n"}
}

// said is an error as a line for a client: message and next step, through the gate for text.
func said(err error) string { return text.Clean(core.AsError(err).Error()) }

// admitted ends the waiting of a connection, and lets in who waited for it.
func (s *Server) admitted(c *caller) {
	c.stopTimer()
	for _, next := range s.gate.passed(c) {
		s.o.Count(EventConnected)
		s.take(next)
	}
}

// closed notes a connection that did not get in. Other refusals stand in the log of the house already (AU8).
func (d *door) closed(err error) {
	d.stranger()
	s, c := d.server, d.caller
	s.o.Count(EventHandshake)
	s.log.Info("not signed in", "address", c.address, "cause", cause(c, err), "unknown_keys", d.unknown)
}

// causeMost is how much of the text of the library goes into the log: parts of it are what the client sent.
const causeMost = 200

// cause says in the log why a connection did not get in.
func cause(c *caller, err error) string {
	c.mu.Lock()
	late := c.late
	c.mu.Unlock()
	if late {
		return "not finished in time"
	}
	t := err.Error()
	if len(t) > causeMost {
		t = t[:causeMost]
	}
	return text.Clean(t)
}
