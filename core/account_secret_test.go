package core_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"index/suffixarray"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/core/suite"
	"gatehouse/storage"
)

// marking gives random bytes that carry a mark, and remembers those that are secrets.
type marking struct {
	mu    sync.Mutex
	n     int
	salt  bool // what is read now is stored in clear, as salts are
	marks [][]byte
}

func (m *marking) Read(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.n++
	mark := []byte(fmt.Sprintf("M%05d", m.n))
	for i := range p {
		p[i] = mark[i%len(mark)]
	}
	if !m.salt || len(p) != 16 { // a salt has 16 bytes, as a code of activation has
		m.marks = append(m.marks, bytes.Clone(p))
	}
	return len(p), nil
}

// forms gives the ways in which a secret could be written.
func forms(secret []byte) [][]byte {
	letters := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	return [][]byte{
		secret, []byte(letters), []byte(strings.ToLower(letters)), []byte(hex.EncodeToString(secret)),
		[]byte(base64.StdEncoding.EncodeToString(secret)), []byte(base64.RawURLEncoding.EncodeToString(secret)),
		[]byte(letters[:5] + "-" + letters[5:10]), []byte(letters[:4] + "-" + letters[4:8]),
	}
}

func sealer(t tester) core.Sealer {
	t.Helper()
	key := make([]byte, core.SealKeySize)
	if _, err := rand.Read(key); err != nil {
		t.Fatal(err)
	}
	return must(core.NewSealer(key, rand.Reader))(t)
}

// trust-E5: fifty people with marked secrets; none of them is found in the file of the house, its copy, the log, the
// notifications, the events, or what errors say.
func TestTrustE5_PlantedSecrets(t *testing.T) {
	suite.Sequential(t)
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "house.db")
	store, err := storage.Open(ctx, path, storage.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	var log bytes.Buffer
	marks := &marking{}
	h := newFixtureOver(t, store, core.Options{
		Random: marks, Sealer: sealer(t), MailDelivery: false, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	var said bytes.Buffer
	hear := func(err error) { fmt.Fprintln(&said, err, fmt.Sprintf("%+v", err)) }
	for i := range 50 {
		name := fmt.Sprintf("p%d", i)
		code := h.newPerson(name, name+"@data.test")
		_, err := h.Redeem(ctx, code, "\u202e")
		hear(err)
		must(h.Redeem(ctx, code, "P"))(t)
		_, err = h.Redeem(ctx, code, "P")
		hear(err)
		marks.salt = true
		secret, recovery := h.enrol(name)
		marks.salt = false
		hear(h.as(name).CheckSecondFactor(ctx, codeAt(t, secret, h.clock.Now())))
		hear(h.as(name).CheckSecondFactor(ctx, h.wrong(secret, i)))
		must(h.as("sam").IssueCode(ctx, h.id(name), "Lost the laptop"))(t)
		if i%2 == 0 {
			allowed(t, h.as(name).CheckSecondFactor(ctx, recovery[1]))
			hear(h.as(name).CheckSecondFactor(ctx, recovery[1]))
		}
	}
	if len(marks.marks) < 50*12 {
		t.Fatalf("only %d secrets were planted", len(marks.marks))
	}
	places := map[string][]byte{"log": log.Bytes(), "errors": said.Bytes()}
	if places["file"], err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	var inboxes bytes.Buffer
	for _, n := range allOf(h, core.Tx.Notifications, core.Scan{}) {
		fmt.Fprintf(&inboxes, "%+v\n", n)
	}
	for _, e := range allOf(h, core.Tx.Events, core.Scan{}) {
		fmt.Fprintf(&inboxes, "%+v\n", e)
	}
	places["notifications and events"] = inboxes.Bytes()
	if len(places["file"]) == 0 || len(said.Bytes()) == 0 || inboxes.Len() == 0 {
		t.Fatal("there is nothing to search")
	}
	for place, content := range places {
		index := suffixarray.New(content)
		for _, secret := range marks.marks {
			for _, form := range forms(secret) {
				if len(index.Lookup(form, 1)) > 0 {
					t.Fatalf("%q is in the %s", form, place)
				}
			}
		}
	}
}

// trust-E5: a sealed secret that was put into another account opens nothing there: a hundred pairs.
func TestTrustE5_SwappedRows(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	one, _ := h.enrol("pia")
	other, _ := h.enrol("otto")
	pia, otto := h.account("pia").TOTP.Secret, h.account("otto").TOTP.Secret
	h.editAccount("pia", func(a *core.Account) { a.TOTP = &core.TOTP{Secret: otto, Enrolled: a.TOTP.Enrolled} })
	h.editAccount("otto", func(a *core.Account) { a.TOTP = &core.TOTP{Secret: pia, Enrolled: a.TOTP.Enrolled} })
	for range 100 {
		h.clock.move(time.Minute)
		for _, name := range []string{"pia", "otto"} {
			for _, secret := range []string{one, other} {
				if err := h.as(name).CheckSecondFactor(ctx, codeAt(t, secret, h.clock.Now())); err == nil || strings.Contains(err.Error(), secret) {
					t.Fatalf("%s signed in with a swapped secret: %v", name, err)
				}
			}
		}
	}
	h.editAccount("pia", func(a *core.Account) {
		a.TOTP, a.Recovery, a.Enrolling = nil, nil, &core.Enrolment{Secret: pia, Started: h.now()}
	})
	if _, err := h.as("pia").ConfirmMFA(ctx, codeAt(t, one, h.clock.Now())); err == nil {
		t.Error("a secret was moved from one field to another")
	}
}

// trust-E5: without the key no code is taken, and no secret is made; everything else goes on.
func TestTrustE5_NoKeyFile(t *testing.T) {
	ctx := context.Background()
	h := newFixtureOver(t, openMemory(t), core.Options{Sealer: sealer(t)})
	secret, recovery := h.enrol("pia")
	for name, lost := range map[string]core.Sealer{"missing": core.MissingKey("/etc/house.key"), "another": sealer(t)} {
		h.House = core.New(h.Store(), core.Options{Clock: h.clock.Now, Sealer: lost, RecoveryMemory: 64})
		h.clock.move(time.Minute)
		refused(t, h.as("pia").CheckSecondFactor(ctx, codeAt(t, secret, h.clock.Now())), core.ReasonKeyMissing)
		refused(t, h.as("pia").SwitchOffMFA(ctx, codeAt(t, secret, h.clock.Now())), core.ReasonKeyMissing)
		if h.account("pia").Throttle != nil {
			t.Errorf("%s: a code that nobody could look at was counted", name)
		}
		must(h.as("pia").RenameAccount(ctx, "Pia "+name))(t)
		refused(t, h.ExportSecrets(ctx, &bytes.Buffer{}, nil), core.ReasonKeyMissing)
		allowed(t, h.Export(ctx, &bytes.Buffer{}, nil))
	}
	h.House = core.New(h.Store(), core.Options{Clock: h.clock.Now, Sealer: core.MissingKey("/etc/house.key"), RecoveryMemory: 64})
	_, err := h.as("otto").EnrolMFA(ctx)
	refused(t, err, core.ReasonKeyMissing)
	allowed(t, h.as("pia").CheckSecondFactor(ctx, recovery[0])) // these are hashed, not sealed
}

// Requirement 12: the clear secrets of an older house are sealed once; X1: a dump holds them in clear, and what is
// imported is sealed again.
func TestSealSecrets(t *testing.T) {
	ctx := context.Background()
	h := newFixtureOver(t, openMemory(t), core.Options{Sealer: sealer(t)})
	h.editAccount("pia", func(a *core.Account) {
		a.Enrolling = &core.Enrolment{Secret: []byte("abcdefghijabcdefghij"), Started: h.now()}
	})
	version, events := h.account("pia").Version, h.countEvents()
	if n := must(h.SealSecrets(ctx))(t); n != 5 {
		t.Errorf("%d accounts had a secret in clear, want 5", n)
	}
	if n := must(h.SealSecrets(ctx))(t); n != 0 {
		t.Errorf("%d accounts were sealed twice", n)
	}
	if h.account("pia").Version != version || h.countEvents() != events {
		t.Error("sealing is no bookkeeping")
	}
	h.get(func(tx core.Tx) error {
		_, err := tx.Accounts().Scan(core.Scan{}, func(a core.Account) (bool, error) {
			if a.TOTP != nil && !core.Sealed(a.TOTP.Secret) || a.Enrolling != nil && !core.Sealed(a.Enrolling.Secret) {
				t.Errorf("%s keeps a secret in clear", a.Email)
			}
			return true, nil
		})
		return err
	})
	h.clock.move(time.Minute)
	code := codeAt(t, base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte("01234567890123456789")), h.clock.Now())
	allowed(t, h.as("lea").CheckSecondFactor(ctx, code))

	var dump bytes.Buffer
	allowed(t, h.ExportSecrets(ctx, &dump, nil))
	if !strings.Contains(dump.String(), base64.StdEncoding.EncodeToString([]byte("01234567890123456789"))) {
		t.Error("the dump does not hold the secrets in clear (X1)")
	}
	other := core.New(openMemory(t), core.Options{Clock: h.clock.Now, Sealer: sealer(t)})
	if _, err := other.Import(ctx, bytes.NewReader(dump.Bytes()), false, nil); err != nil {
		t.Fatal(err)
	}
	refused(t, other.As(h.id("lea")).CheckSecondFactor(ctx, code), core.ReasonSecondFactorWrong) // its step is in the dump
	h.clock.move(time.Minute)
	code = codeAt(t, base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte("01234567890123456789")), h.clock.Now())
	allowed(t, other.As(h.id("lea")).CheckSecondFactor(ctx, code))
	if n := must(other.SealSecrets(ctx))(t); n != 0 {
		t.Errorf("import left %d accounts with a secret in clear", n)
	}
}
