package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/core"
)

// crowd is a house that many people look at: the demo house with members added to a few projects in which requests of
// one support engineer wait.
type crowd struct {
	path     string
	keys     []ed25519.PrivateKey // one of each person
	requests []core.RequestID
	reasons  []string // of the requests
	page     string   // where the first of the requests is seen
}

// waiting is how many requests wait for the crowd; they are decided one by one.
const waiting = 6

// crowdHouse makes a crowd of n in a copy of the demo house.
func (r *rig) crowdHouse(n int) (*crowd, error) {
	c := &crowd{path: filepath.Join(r.dir, fmt.Sprintf("crowd-%d.db", n)), page: "requests"}
	if err := snapshot(r.demo, c.path); err != nil {
		return nil, err
	}
	house, err := r.open(c.path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = house.Store().Close() }()
	sam := house.As(r.cast.demo[1].ID)
	var projects []core.ProjectID
	for id := core.ProjectID(1); len(projects) < waiting && id < 100; id++ {
		reason := fmt.Sprintf("BENCH-%d", len(projects))
		q, err := sam.FileRequest(r.ctx, id, core.Entry{Reason: reason, Term: core.Term{For: 240}})
		if err != nil {
			continue // no need to ask there, or asked already
		}
		projects = append(projects, id)
		c.requests, c.reasons = append(c.requests, q.ID), append(c.reasons, reason)
	}
	if len(projects) < waiting {
		return nil, fmt.Errorf("only %d projects of the demo house can be asked for", len(projects))
	}
	return c, house.Store().Update(r.ctx, func(tx core.Tx) error {
		for i := range n {
			if err := c.add(tx, house.Now(), i, projects); err != nil {
				return err
			}
		}
		return nil
	})
}

// add adds a person who may decide, with a key.
func (c *crowd) add(tx core.Tx, now core.Moment, i int, projects []core.ProjectID) error {
	id, err := tx.NextID(core.KindAccount)
	if err != nil {
		return err
	}
	acc := core.Account{
		ID: core.AccountID(id), Version: 1, Email: fmt.Sprintf("crowd-%d@crowd.test", i), Name: fmt.Sprintf("Crowd %d", i),
		State: core.AccountActive, Confirmed: true, Created: now,
	}
	if err := tx.Accounts().Put(acc); err != nil {
		return err
	}
	for _, p := range projects {
		m := core.Membership{Unit: p.Ref(), Account: acc.ID, Version: 1, Since: now, Origin: core.OriginAdded, Role: core.RoleProjectAdmin}
		if err := tx.Memberships().Put(m); err != nil {
			return err
		}
	}
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return err
	}
	key, err := gossh.NewPublicKey(public)
	if err != nil {
		return err
	}
	c.keys = append(c.keys, private)
	return tx.Keys().Put(core.PublicKey{
		Fingerprint: gossh.FingerprintSHA256(key), Version: 1, Account: acc.ID, Type: key.Type(), Blob: key.Marshal(), Added: now,
	})
}

// server is the program with a house open over SSH.
type server struct {
	cmd     *exec.Cmd
	address string
}

// serve opens a house over SSH at a free port of this machine.
func (r *rig) serve(path string) (*server, error) {
	cmd := exec.CommandContext(r.ctx, r.binary, "serve", "--db", path, "--listen", "127.0.0.1:0", "--max-sessions", "5000", "--json")
	cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+path+".state", "XDG_CONFIG_HOME="+path+".config")
	log, err := os.Create(path + ".log")
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	var told struct {
		Listen string `json:"listen"`
	}
	if err := json.NewDecoder(out).Decode(&told); err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		said, _ := os.ReadFile(log.Name())
		return nil, fmt.Errorf("the server did not start: %w: %s", err, said)
	}
	return &server{cmd, told.Listen}, nil
}

// stop ends the server, and tells how long it took.
func (s *server) stop() (time.Duration, error) {
	began := time.Now()
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		return 0, err
	}
	err := s.cmd.Wait()
	return time.Since(began), err
}

// encodeKey and decodeKey carry keys to the process of the clients.
func encodeKey(k ed25519.PrivateKey) string { return base64.StdEncoding.EncodeToString(k.Seed()) }

func decodeKey(s string) (gossh.Signer, error) {
	seed, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, err
	}
	return gossh.NewSignerFromKey(ed25519.NewKeyFromSeed(seed))
}
