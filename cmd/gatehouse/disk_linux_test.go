package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/core/suite"
	"gatehouse/storage"
)

// smallDisk mounts a disk in memory of the given size, or skips the test where that is not allowed.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("needs to mount a small tmpfs: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// trust-A6: a full disk is unavailable with the free space, reading goes on, nothing is lost, and once there is room
// the next decision is saved.
func TestDecisionsOnAFullDisk(t *testing.T) {
	suite.Sequential(t)
	dir := smallDisk(t, "4m")
	ctx := context.Background()
	path := filepath.Join(dir, "house.db")
	if err := makeStart(ctx, path, noon); err != nil {
		t.Fatal(err)
	}
	withoutAutoJoin(t, path)
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}

	store, err := storage.Open(ctx, "bolt:"+path, storage.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	h := core.New(store, core.Options{Clock: func() time.Time { return noon }})
	staff, user := h.As(2), h.As(6)
	rounds := 0
	for ; rounds < 20_000; rounds++ {
		if err = askAndLeaveQuietly(ctx, staff, user); err != nil {
			break
		}
	}
	known := describe(err)
	if exitCode(known) != 6 || known.Reason != core.ReasonNotWritable || !strings.Contains(known.Message, "free") {
		t.Fatalf("after %d rounds a full disk answers %v (%v)", rounds, err, core.Causes(err))
	}
	if p, err := user.Requests(ctx, core.RequestQuery{Tab: core.TabAll}); err != nil || len(p.Items) == 0 {
		t.Errorf("reading stopped: %d rows, %v", len(p.Items), err)
	}
	if err := store.Close(); err != nil {
		t.Error(err)
	}

	if code, _, said := run(t, "project", "show", "1", "--db", path, "--as", pia); code != 0 {
		t.Errorf("reading by a verb: exit code %d, %s", code, said)
	}
	code, _, said := run(t, "activity", "export", filepath.Join(dir, "log.jsonl"), "--db", path, "--as", sue, "--json")
	if code != 6 || !strings.Contains(said, `"code":"unavailable"`) {
		t.Errorf("export to the full disk: exit code %d, %s", code, said)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*log.jsonl*")); len(left) > 0 {
		t.Errorf("half an export is left: %v", left)
	}

	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if code, _, said := run(t, "project", "rename", "1", "Room again", "--db", path, "--as", pia); code != 0 {
		t.Errorf("with room again: exit code %d, %s", code, said)
	}
	if code, out, said := run(t, "check", "--db", path); code != 0 {
		t.Errorf("check: exit code %d, %s%s", code, out, said)
	}
}

// askAndLeaveQuietly is one request, approval and visit.
func askAndLeaveQuietly(ctx context.Context, staff, user *core.Actor) error {
	q, err := staff.FileRequest(ctx, 1, core.Entry{Reason: "INC-41: nightly load fails", Term: core.Term{For: core.Minutes(4 * time.Hour)}})
	if err != nil {
		return err
	}
	if q, err = user.ApproveRequest(ctx, q.ID, 0, core.Term{}); err != nil {
		return err
	}
	_, err = staff.LeaveVisit(ctx, q.Visit)
	return err
}

// trust-A7: a file that cannot be written is read as before, and a change is refused with the reason.
func TestReadOnlyFile(t *testing.T) {
	dir := t.TempDir()
	if os.Geteuid() == 0 { // modes do not stop root
		dir = smallDisk(t, "4m")
	}
	path := filepath.Join(dir, "house.db")
	if err := makeStart(context.Background(), path, noon); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() != 0 {
		if err := os.Chmod(path, 0o400); err != nil {
			t.Fatal(err)
		}
	} else if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("needs to remount a tmpfs: %v", err)
	}
	if code, out, said := run(t, "project", "list", "--db", path, "--as", pia); code != 0 || !strings.Contains(out, "Nightly ETL") {
		t.Errorf("list: exit code %d, %s", code, said)
	}
	code, _, said := run(t, "project", "rename", "1", "Other", "--db", path, "--as", pia, "--json")
	if code != 6 || !strings.Contains(said, `"reason":"not_writable"`) {
		t.Errorf("rename: exit code %d, %s", code, said)
	}
	if code, out, said := run(t, "check", "--db", path); code != 0 {
		t.Errorf("check: exit code %d, %s%s", code, out, said)
	}
}
