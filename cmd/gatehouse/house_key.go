package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"

	"gatehouse/core"
	"gatehouse/storage/bolt"
)

// houseKey is what stands in the key file beside a house: it seals the secrets in the house file, and signs checkpoints.
// It is in no backup and no export, so that whoever finds one of those finds no secret.
type houseKey struct {
	sign ed25519.PrivateKey
	seal []byte
}

// keyPath is the key file of the house at path.
func keyPath(path string) string { return path + ".key" }

// keyFile is the key file of the house at path, the file of --db: beside the file itself, or beside a link that leads to
// it, where earlier versions made it.
func (m *Main) keyFile(path string) string {
	beside := keyPath(path)
	if _, err := os.Lstat(beside); err == nil {
		return beside
	}
	if link, err := namedPath(m.given.DB); err == nil && link != "" && followLinks(link) == path {
		if _, err := os.Stat(keyPath(link)); err == nil {
			return keyPath(link)
		}
	}
	return beside
}

const keyFileMark = "gatehouse key 1"

// The lines of a key file.
const (
	keyLineSign = "sign"
	keyLineSeal = "seal"
)

func newHouseKey() (houseKey, error) {
	seed := make([]byte, ed25519.SeedSize)
	seal := make([]byte, core.SealKeySize)
	for _, b := range [][]byte{seed, seal} {
		if _, err := rand.Read(b); err != nil {
			return houseKey{}, err
		}
	}
	return houseKey{ed25519.NewKeyFromSeed(seed), seal}, nil
}

func (k houseKey) public() ed25519.PublicKey {
	public, _ := k.sign.Public().(ed25519.PublicKey)
	return public
}

func (k houseKey) text() []byte {
	code := base64.StdEncoding.EncodeToString
	return fmt.Appendf(nil, "%s\n%s %s\n%s %s\n", keyFileMark, keyLineSign, code(k.sign.Seed()), keyLineSeal, code(k.seal))
}

// parseHouseKey reads what text writes.
func parseHouseKey(text []byte) (houseKey, error) {
	var k houseKey
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 3 || strings.TrimSpace(lines[0]) != keyFileMark {
		return k, errors.New("it does not have the form of a key file")
	}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		b, err := base64.StdEncoding.DecodeString(value)
		switch {
		case err == nil && name == keyLineSign && len(b) == ed25519.SeedSize:
			k.sign = ed25519.NewKeyFromSeed(b)
		case err == nil && name == keyLineSeal && len(b) == core.SealKeySize:
			k.seal = b
		default:
			return k, fmt.Errorf("its line %q is not whole", name)
		}
	}
	if k.sign == nil || k.seal == nil {
		return k, errors.New("it does not hold both keys")
	}
	return k, nil
}

// readHouseKey reads the key file. One that others may read is refused: who has read it can open every sealed secret
// (trust-A12). Errors: fs.ErrNotExist, and not_writable for one that is exposed or not whole.
func readHouseKey(path string) (houseKey, error) {
	info, err := os.Stat(path)
	if err != nil {
		return houseKey{}, err
	}
	if !info.Mode().IsRegular() {
		return houseKey{}, keyUnreadable(path, errors.New("it is not a file"))
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return houseKey{}, &core.Error{
			Code: core.CodeUnavailable, Reason: core.ReasonKeyExposed,
			Message: fmt.Sprintf("The key file %s can be read by others (mode %04o).", path, mode),
			Next:    "Take that right away (chmod 600), and think about who may have read it.",
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return houseKey{}, keyUnreadable(path, pathCause(err))
	}
	k, err := parseHouseKey(text)
	if err != nil {
		return houseKey{}, keyUnreadable(path, err)
	}
	return k, nil
}

func keyUnreadable(path string, cause error) error {
	return &core.Error{
		Code: core.CodeUnavailable, Reason: core.ReasonKeyMissing, Cause: cause,
		Message: fmt.Sprintf("The key file %s cannot be used: %v.", path, cause), Next: "Put a good copy of it back, then try again.",
	}
}

// makeHouseKey writes a new key file, 0600 and all or nothing. One that is there by now is read instead.
func makeHouseKey(path string) (houseKey, error) {
	k, err := newHouseKey()
	if err != nil {
		return k, err
	}
	err = makeAside(path, func(temp string) error { return newFile(temp, k.text()) })
	switch {
	case errors.Is(err, bolt.ErrThere):
		return readHouseKey(path)
	case err != nil:
		return k, cannotWrite(path, pathCause(err))
	}
	return k, nil
}

// keyed fills in what the key file of the house at path gives. The file is made with the house. When it is gone later,
// the house opens all the same, but nothing that needs a sealed secret works until it is put back (trust-E5). Error:
// key_exposed, which stops everything.
func (m *Main) keyed(ctx context.Context, store core.Store, path string, o core.Options) (core.Options, error) {
	if path == "" {
		return m.keyedInMemory(o)
	}
	file := m.houseKeyFile(path)
	known, err := core.New(store, core.Options{ReadOnly: true}).KeyText(ctx)
	if err != nil {
		return o, err
	}
	k, err := readHouseKey(file)
	if errors.Is(err, fs.ErrNotExist) && known == "" && !m.given.ReadOnly {
		k, err = makeHouseKey(file)
	}
	switch {
	case core.ReasonOf(err) == core.ReasonKeyExposed:
		return o, err
	case err != nil:
		m.logger().Warn("no key file", "path", file, "error", core.Causes(err))
		o.Sealer = core.MissingKey(file)
		return o, nil
	case known != "" && known != core.KeyText(k.public()):
		m.logger().Warn("the key file belongs to another house", "path", file)
		o.Sealer = core.OtherKey()
		return o, nil
	}
	if known == "" {
		m.adoptKey(ctx, store, k.sign)
	}
	o.Signer = k.sign
	o.Sealer, err = core.NewSealer(k.seal, rand.Reader)
	return o, err
}

// adoptKey notes in the house which key is its own. An empty house is left alone: import needs it empty.
func (m *Main) adoptKey(ctx context.Context, store core.Store, key ed25519.PrivateKey) {
	if m.given.ReadOnly || key == nil {
		return
	}
	empty, err := core.New(store, core.Options{}).Empty(ctx)
	if err == nil && !empty {
		err = core.AdoptKey(ctx, store, houseKey{sign: key}.public())
	}
	if err != nil {
		m.logger().Warn("the key was not noted in the house", "error", core.Causes(err))
	}
}

// keyedInMemory gives a house that is gone at the end a key that is too.
func (m *Main) keyedInMemory(o core.Options) (core.Options, error) {
	k, err := newHouseKey()
	o.Signer = k.sign
	return o, err
}

// sealSecrets seals what a house of the first version keeps in clear. An empty house is left alone.
func (m *Main) sealSecrets(ctx context.Context, h *core.House) {
	if h.ReadOnly() {
		return
	}
	empty, err := h.Empty(ctx)
	if err == nil && !empty {
		_, err = h.SealSecrets(ctx)
	}
	if err != nil {
		m.logger().Warn("secrets were not sealed", "error", core.Causes(err))
	}
}
