package main

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/tui/screen/screentest"
	"gatehouse/tui/sshd"
	"gatehouse/tui/sshd/sshtest"
)

// farHouse is a house in a file, with people who sign in over SSH. The folder of the process holds files that would be
// read, were a run over SSH to read any.
type farHouse struct {
	*screentest.House
	t      *testing.T
	dir    string // of the house
	beside string // the working folder
	runs   *overSSH
	finger map[string]string
}

// planted is a word that stands in the files of the server, and must never be seen.
const planted = "PLANTED"

func newFarHouse(t *testing.T) *farHouse {
	t.Helper()
	dir := t.TempDir()
	store, err := storage.Open(t.Context(), "bolt:"+filepath.Join(dir, "gatehouse.db"), storage.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	f := &farHouse{House: screentest.New(t, store), t: t, dir: dir, beside: t.TempDir(), finger: map[string]string{}}
	t.Chdir(f.beside)
	for _, name := range []string{"config.toml", "keymap.toml", "secret", "secret.pub"} {
		if err := os.WriteFile(filepath.Join(f.beside, name), []byte("as = \"sam@support.test\" # "+planted+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f.runs = &overSSH{house: f.House.House, log: (&Main{Folders: Folders{State: filepath.Join(t.TempDir(), "state")}, Clock: f.Clock.Now}).logger(), clock: f.Clock.Now, copies: copies{path: filepath.Join(dir, "gatehouse.db")}}
	return f
}

// session signs a person in.
func (f *farHouse) session(name string) *core.Session {
	f.t.Helper()
	if f.finger[name] == "" {
		key := sshtest.Key(f.t)
		_, err := f.As(name).AddKey(context.Background(), core.KeyInput{Key: sshtest.Line(key)})
		f.Must(err)
		f.finger[name] = sshtest.Fingerprint(key)
	}
	in := core.SigningIn{Fingerprint: f.finger[name], Origin: "ssh 192.0.2.7"}
	ask, err := f.Recognize(context.Background(), in)
	f.Must(err)
	if ask == core.AskCode {
		in.Code = f.Code(name)
	}
	s, err := f.SignIn(context.Background(), in)
	f.Must(err)
	return s
}

// ran is what a client got.
type ran struct {
	code     int
	out, err string
}

// run does words as somebody, without a terminal.
func (f *farHouse) run(s *core.Session, stdin string, words ...string) ran {
	f.t.Helper()
	var out, errs bytes.Buffer
	code := f.runs.run(f.t.Context(), &sshd.Client{
		Session: s, Address: "192.0.2.7", Args: words, In: strings.NewReader(stdin), Out: &out, Err: &errs,
	})
	return ran{code, out.String(), errs.String()}
}

// files gives every file of the server with its size, without the house, which grows.
func (f *farHouse) files() []string {
	f.t.Helper()
	var found []string
	for _, dir := range []string{f.dir, f.beside} {
		f.Must(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			found = append(found, path)
			return nil
		}))
	}
	return found
}

// verbsOf lists the words of everything that can be run, hidden ones too.
func verbsOf(root *cobra.Command) [][]string {
	verbs := [][]string{{"__complete"}}
	var visit func(cmd *cobra.Command, path []string)
	visit = func(cmd *cobra.Command, path []string) {
		for _, sub := range cmd.Commands() {
			visit(sub, append(path[:len(path):len(path)], sub.Name()))
		}
		if cmd.Runnable() && len(path) > 0 {
			verbs = append(verbs, path)
		}
	}
	visit(root, nil)
	return verbs
}

// TestEveryVerbOverSSH: every verb of the tree, by Support and by a user, with the words that could reach for something of
// the server: no file of it is read, made or named, the exit code is one of the table, and whatever is written to the log
// was done by the person of the session, from there (AC2, AU2).
func TestEveryVerbOverSSH(t *testing.T) {
	f := newFarHouse(t)
	secret := filepath.Join(t.TempDir(), "secret")
	f.Must(os.WriteFile(secret, []byte(planted), 0o600))
	verbs, runs := verbsOf(newTree()), 0
	for _, who := range []string{"sam", "pia"} {
		s := f.session(who)
		before := f.files()
		for n, verb := range verbs {
			for i, args := range [][]string{
				nil,
				{"1"},
				{secret},
				{"secret"},
				{"1", secret},
				{"--from", "secret"},
				{"--key", "secret", "-"},
				{"-"},
				{"--project", "1"},
				{"1", "--reason", "INC-41: fails", "--for", "4h"},
			} {
				if (!deep() || who == "pia") && (n+i)%3 != 0 {
					continue
				}
				if s.End() != "" {
					s = f.session(who)
				}
				words := slices.Concat(verb, args)
				last := f.last()
				got := f.run(s, "ssh-ed25519 nothing\n", words...)
				runs++
				if got.code < 0 || got.code > 6 || got.code == 1 {
					t.Errorf("%v as %s: exit code %d: %s", words, who, got.code, got.err)
				}
				for _, said := range []string{got.out, got.err} {
					if strings.Contains(said, planted) || strings.Contains(said, f.dir) || strings.Contains(said, f.beside) {
						t.Errorf("%v as %s lets out files of the server: %s", words, who, said)
					}
				}
				f.doneBy(words, last, f.People[who])
			}
		}
		if after := f.files(); !slices.Equal(before, after) {
			t.Errorf("files before and after:\n%v\n%v", before, after)
		}
	}
	t.Logf("%d verbs, %d runs", len(verbs), runs)
}

// last gives how many events each chain has.
func (f *farHouse) last() map[core.Ref]uint64 {
	f.t.Helper()
	heads := map[core.Ref]uint64{}
	f.Must(f.Store().View(context.Background(), func(tx core.Tx) error {
		_, err := tx.Heads().Scan(core.Scan{}, func(h core.Head) (bool, error) {
			heads[h.Chain] = h.Sequence
			return true, nil
		})
		return err
	}))
	return heads
}

// doneBy wants every event since then to be of the account, and from where it is.
func (f *farHouse) doneBy(words []string, since map[core.Ref]uint64, id core.AccountID) {
	f.t.Helper()
	now := f.last()
	f.Must(f.Store().View(context.Background(), func(tx core.Tx) error {
		for chain, newest := range now {
			for n := since[chain] + 1; n <= newest; n++ {
				e, _, err := tx.Events().Get(core.EventKey{Chain: chain, Sequence: n})
				if err != nil {
					return err
				}
				if e.Actor != id || e.Origin != "ssh 192.0.2.7" {
					f.t.Errorf("%v wrote %s by %d %q from %q", words, e.Action, e.Actor, e.ActorName, e.Origin)
				}
			}
		}
		return nil
	}))
}

// What belongs to the owner of the house file is refused in words that say what to do instead.
func TestOwnersThingsOverSSH(t *testing.T) {
	f := newFarHouse(t)
	s := f.session("sam")
	cases := []struct{ words, want string }{
		{"org list --as ana@acme.test", "Over SSH your key says who acts"},
		{"--as ana@acme.test version", "Over SSH your key says who acts"},
		{"org list --db memory:", "the one that this server has open"},
		{"org list --smtp smtp://mail.test:25", "named where this server runs"},
		{"init a@b.test --name A", "only for the console of the server. The house of this server is there already"},
		{"account activate 1234", "only for the console of the server. You are signed in"},
		{"account renew sam@support.test", "only for the console of the server."},
		{"outbox send", "only for the console of the server. The server sends the outbox by itself"},
		{"import -", "only for the console of the server."},
		{"import --check -", "only for the console of the server."},
		{"restore -", "only for the console of the server."},
		{"compact", "only for the console of the server."},
		{"migrate --to bolt:x", "only for the console of the server."},
		{"serve", "only for the console of the server. This is the server already"},
		{"demo", "only for the console of the server. Run it on your own machine"},
		{"paths", "only for the console of the server."},
		{"account key add secret.pub", "FILE must be - over SSH"},
		{"activity verify --from config.toml", "--from must be - over SSH"},
		{"activity export out", "FILE must be - over SSH"},
		{"backup out", "FILE must be - over SSH"},
		{"export out", "FILE must be - over SSH"},
		{"man out", "The pages would be written at the server"},
		{"man -", "The pages would be written at the server"},
		{"", "The interface needs a terminal. Ask for a terminal (ssh -t), or name a verb"},
		{"open org/1", "The interface needs a terminal."},
		{"gatehouse open org/1", "The interface needs a terminal."},
		{"__complete org", "Nothing is completed over SSH."},
		{"nonsense", `gatehouse has no command "nonsense".`},
	}
	before := f.files()
	for _, c := range cases {
		got := f.run(s, "", strings.Fields(c.words)...)
		if got.code != 2 || !strings.Contains(got.err, c.want) || got.out != "" {
			t.Errorf("%q: exit code %d, %q, %q, want %q", c.words, got.code, got.out, got.err, c.want)
		}
	}
	if after := f.files(); !slices.Equal(before, after) {
		t.Errorf("files before and after:\n%v\n%v", before, after)
	}
	for words := range consoleOnly {
		if cmd, _, err := newTree().Find(strings.Fields(words)); err != nil || verbWords(cmd) != words {
			t.Errorf("consoleOnly names %q, which is no verb", words)
		}
	}
}

// Reading only is asked for by the visitor.
func TestReadOnlyOverSSH(t *testing.T) {
	f := newFarHouse(t)
	got := f.run(f.session("ana"), "", "org", "rename", "Acme", "Other", "--read-only", "--json")
	if got.code != 4 || !strings.Contains(got.err, `"reason":"read_only"`) {
		t.Errorf("exit code %d: %s", got.code, got.err)
	}
	if got := f.run(f.session("ana"), "", "org", "list", "--read-only", "--json"); got.code != 0 || !strings.Contains(got.out, "Acme") {
		t.Errorf("exit code %d: %s %s", got.code, got.out, got.err)
	}
}

// A backup over SSH is Support's, whole, and leaves nothing behind, also when the client goes away in the middle.
func TestBackupOverSSH(t *testing.T) {
	f := newFarHouse(t)
	sam := f.session("sam")
	before := f.files()
	got := f.run(sam, "", "backup", "-")
	if got.code != 0 || len(got.out) < 1000 {
		t.Fatalf("exit code %d, %d bytes: %s", got.code, len(got.out), got.err)
	}
	path := filepath.Join(t.TempDir(), "copy.db")
	f.Must(os.WriteFile(path, []byte(got.out), 0o600))
	copied, err := storage.Open(t.Context(), "bolt:"+path, storage.Options{ReadOnly: true})
	f.Must(err)
	f.Must(copied.Check(t.Context(), func(fault string) { t.Errorf("the copy: %s", fault) }))
	f.Must(copied.Close())
	if got := f.run(f.session("ana"), "", "backup", "-", "--json"); got.code != 4 || got.out != "" {
		t.Errorf("by somebody else: exit code %d, %d bytes: %s", got.code, len(got.out), got.err)
	}
	if got := f.run(f.session("ana"), "", "export", "-"); got.code != 4 || got.out != "" {
		t.Errorf("export by somebody else: exit code %d, %d bytes: %s", got.code, len(got.out), got.err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	gone := writer(func([]byte) (int, error) { cancel(); return 0, io.ErrClosedPipe })
	if code := f.runs.run(ctx, &sshd.Client{Session: sam, Args: []string{"backup", "-"}, In: strings.NewReader(""), Out: gone, Err: io.Discard}); code == 0 {
		t.Error("a backup that nobody took succeeded")
	}
	if after := f.files(); !slices.Equal(before, after) {
		t.Errorf("files before and after:\n%v\n%v", before, after)
	}
	// What a server left that was killed goes when the next one starts.
	f.Must(os.Mkdir(filepath.Join(f.dir, ".gatehouse-backup-1"), 0o700))
	f.Must(removeCopies(filepath.Join(f.dir, "gatehouse.db")))
	if after := f.files(); !slices.Equal(before, after) {
		t.Errorf("a copy of a server that was killed is left: %v", after)
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }

// A verb at a terminal asks, and takes what keys send for a line.
func TestLineInput(t *testing.T) {
	for keys, want := range map[string]struct{ line, echo string }{
		"y\r":               {"y\n", "y\n"},
		"nx\x7f\x7fyes\r":   {"yes\n", "nx\b \b\b \byes\n"},
		"no\x15y\n":         {"y\n", "no\b \b\b \by\n"},
		"\x1b[Ay\x1bOB\r":   {"y\n", "y\n"},
		"日\x7fy\r":          {"y\n", "日\b \b\b \by\n"},
		"one\rtwo\r\x04":    {"one\ntwo\n", "one\ntwo\n"},
		"text\x04\x04after": {"text", "text"},
		"no\x03yes\r":       {"", "no^C\n"},
		"unfinished":        {"unfinished", "unfinished"},
		"a\x00\x07b\r":      {"ab\n", "ab\n"},
	} {
		var echo bytes.Buffer
		interrupted := false
		l := newLineInput(strings.NewReader(keys), &echo, func() { interrupted = true })
		got, err := io.ReadAll(l)
		if err != nil || string(got) != want.line || echo.String() != want.echo || interrupted != strings.Contains(keys, "\x03") {
			t.Errorf("%q: %q, echo %q, interrupted %v, %v", keys, got, &echo, interrupted, err)
		}
	}
}
