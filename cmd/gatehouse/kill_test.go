package main

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/storage"
)

// approverVariable makes this test binary decide requests in the house at its path until it is killed.
const approverVariable = "GATEHOUSE_TEST_APPROVER"

// approveForEver lets two support engineers ask and leave while the project user decides, and prints each number
// after its use case has returned: what is printed is acknowledged.
func approveForEver(path string) {
	ctx := context.Background()
	store, err := storage.Open(ctx, "bolt:"+path, storage.Options{})
	if err != nil {
		fmt.Println("error", err)
		return
	}
	h := core.New(store, core.Options{Clock: func() time.Time { return noon }})
	people := map[string]*core.Actor{}
	for _, email := range []string{sam, sue, pia} {
		acc, err := h.AccountByEmail(ctx, email)
		if err != nil {
			fmt.Println("error", err)
			return
		}
		people[email] = h.As(acc.ID)
	}
	fmt.Println("ready")
	done := make(chan struct{}, 2)
	for _, who := range []string{sam, sue} {
		go func() {
			defer func() { done <- struct{}{} }()
			for {
				if err := askAndLeave(ctx, people[who], people[pia]); err != nil {
					fmt.Println("error", err)
					return
				}
			}
		}()
	}
	<-done
}

// askAndLeave is one round of requester and decider, from where the last process was killed.
func askAndLeave(ctx context.Context, staff, user *core.Actor) error {
	mine, err := staff.Visits(ctx, core.VisitQuery{Active: true, Mine: true})
	if err != nil {
		return err
	}
	for _, v := range mine.Items {
		if _, err := staff.LeaveVisit(ctx, v.ID); err != nil {
			return err
		}
		fmt.Println("left", v.ID)
	}
	waiting, err := staff.Requests(ctx, core.RequestQuery{Tab: core.TabMine, State: core.RequestPending})
	if err != nil {
		return err
	}
	var id core.RequestID
	if len(waiting.Items) > 0 {
		id = waiting.Items[0].ID
	} else {
		q, err := staff.FileRequest(ctx, 1, core.Entry{Reason: "INC-41: nightly load fails", Term: core.Term{For: core.Minutes(4 * time.Hour)}})
		if err != nil {
			return err
		}
		id = q.ID
		fmt.Println("filed", id)
	}
	if id%4 == 0 {
		if _, err := user.RejectRequest(ctx, id, 0, "not now"); err != nil {
			return err
		}
		fmt.Println("rejected", id)
		return nil
	}
	if _, err := user.ApproveRequest(ctx, id, 0, core.Term{}); err != nil {
		return err
	}
	fmt.Println("approved", id)
	return nil
}

// acknowledged is what children printed: the last word about each number.
type acknowledged struct {
	requests map[core.RequestID]core.RequestState
	left     map[core.VisitID]bool
}

func (a *acknowledged) hear(t *testing.T, line string) {
	t.Helper()
	word, number, _ := strings.Cut(line, " ")
	if word == "left" {
		id, err := parseID[core.VisitID]("visit", number)
		if err != nil {
			t.Fatalf("the child says %q", line)
		}
		a.left[id] = true
		return
	}
	state, known := map[string]core.RequestState{
		"filed": core.RequestPending, "approved": core.RequestApproved, "rejected": core.RequestRejected,
	}[word]
	id, err := parseID[core.RequestID]("request", number)
	if !known || err != nil {
		t.Fatalf("the child says %q", line)
	}
	if state != core.RequestPending || a.requests[id] == "" {
		a.requests[id] = state
	}
}

// lost lists what was acknowledged and is not in the house.
func (a *acknowledged) lost(ctx context.Context, store core.Store) (lost []string, err error) {
	err = store.View(ctx, func(tx core.Tx) error {
		for id, state := range a.requests {
			q, ok, err := tx.Requests().Get(id)
			if err != nil {
				return err
			}
			// A request that was filed may have been decided just before the kill, without having been printed.
			if !ok || (state != core.RequestPending && q.State != state) {
				lost = append(lost, fmt.Sprintf("request %d is %q, acknowledged as %s", id, q.State, state))
			}
		}
		for id := range a.left {
			v, ok, err := tx.Visits().Get(id)
			if err != nil {
				return err
			}
			if !ok || v.State != core.VisitLeft {
				lost = append(lost, fmt.Sprintf("visit %d is %q, acknowledged as left", id, v.State))
			}
		}
		return nil
	})
	return lost, err
}

// trust-A1: kill -9 in the middle of decisions. Nothing that was acknowledged is lost, and every check is clean.
func TestKilledInTheMiddleOfDecisions(t *testing.T) {
	rounds := 60
	switch {
	case deep():
		rounds = 200
	case testing.Short():
		rounds = 20
	}
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "house.db")
	if err := makeStart(ctx, path, noon); err != nil {
		t.Fatal(err)
	}
	withoutAutoJoin(t, path)
	said := &acknowledged{requests: map[core.RequestID]core.RequestState{}, left: map[core.VisitID]bool{}}
	for round := range rounds {
		killApprover(t, path, said, round%2 == 1)
		store, err := storage.Open(ctx, "bolt:"+path, storage.Options{})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		lost, err := said.lost(ctx, store)
		if err != nil {
			t.Fatal(err)
		}
		for _, what := range lost {
			t.Errorf("round %d: %s", round, what)
		}
		for _, fault := range faultsOf(t, store) {
			t.Errorf("round %d: %s", round, fault)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d kills, %d requests and %d left visits acknowledged", rounds, len(said.requests), len(said.left))
	if len(said.requests) < rounds/4 {
		t.Error("the children were killed before they did anything; the test proves nothing")
	}
}

// killApprover runs a child and kills it at a random moment of its first 30 ms of work, or of those behind the first
// thing that it acknowledged: on a busy machine it does not come that far in 30 ms.
func killApprover(t *testing.T, path string, said *acknowledged, behind bool) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), approverVariable+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "ready" {
		t.Fatalf("the child says %q", lines.Text())
	}
	if behind && lines.Scan() {
		said.hear(t, lines.Text())
	}
	timer := time.AfterFunc(rand.N(30*time.Millisecond), func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	for lines.Scan() {
		said.hear(t, lines.Text())
	}
	_ = cmd.Wait() // it was killed
}

func withoutAutoJoin(t *testing.T, path string) {
	t.Helper()
	ctx := context.Background()
	store, err := storage.Open(ctx, "bolt:"+path, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h := core.New(store, core.Options{Clock: func() time.Time { return noon }})
	acc, err := h.AccountByEmail(ctx, ana)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.As(acc.ID).SetAutoJoin(ctx, 1, 0, false); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
}

// faultsOf is what "gatehouse check" would list.
func faultsOf(t *testing.T, store core.Store) []string {
	t.Helper()
	var faults []string
	report := func(fault string) { faults = append(faults, fault) }
	if err := store.Check(context.Background(), report); err != nil {
		t.Fatal(err)
	}
	if err := core.CheckInvariants(context.Background(), store, core.At(noon), report); err != nil {
		t.Fatal(err)
	}
	return faults
}
