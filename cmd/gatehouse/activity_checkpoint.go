package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newActivityCheckpoint() *cobra.Command {
	return &cobra.Command{
		Use:   "checkpoint",
		Short: "print a signed line that says how the chains stand",
		Long: `Prints one signed line with the newest event of every chain that you may read.
Keep it where nobody can change it who can write the house file: in a mail, in
another log. "activity verify --from" later finds against it that events were
cut off or written anew, or that an older file was put back.`,
		Args: arguments(0, 0),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, _ []string) error {
			c, err := a.Checkpoint(ctx)
			if err != nil {
				return err
			}
			return m.printDone(c, c.Line)
		}),
	}
}

// checkpointBytes bounds what is read for --from; a log of years is smaller. A server holds what many send at once, so
// it takes checkpointBytesOver.
const (
	checkpointBytes     = 256 << 20
	checkpointBytesOver = 8 << 20
)

// readLog reads a log, up to what may be.
func (m *Main) readLog(r io.Reader) ([]byte, error) {
	most := checkpointBytes
	if m.remote != nil {
		most = checkpointBytesOver
	}
	text, err := io.ReadAll(io.LimitReader(r, int64(most)+1))
	if err == nil && len(text) > most {
		e := invalidValue("--from", fmt.Sprintf("at most %d MB", most>>20))
		e.Next = "Give only the lines that have a checkpoint: grep gatehouse-checkpoint LOG."
		return nil, e
	}
	return text, err
}

// readCheckpoints reads what --from names: a line, a file with lines among others, or standard input. Nothing given is
// no checkpoint.
func (m *Main) readCheckpoints(from string) ([]core.Checkpoint, error) {
	switch {
	case from == "":
		return nil, nil
	case from == "-":
		text, err := m.readLog(m.In)
		if err != nil {
			return nil, err
		}
		return core.FindCheckpoints(text)
	case strings.ContainsRune(from, ' '):
		return core.FindCheckpoints([]byte(from))
	}
	if err := m.localFile("--from", from); err != nil {
		return nil, err
	}
	f, err := m.openFile(from)
	if err != nil && !errors.Is(err, errInterrupted) {
		cause := pathCause(err)
		if errors.Is(err, fs.ErrNotExist) {
			cause = errors.New("there is no such file")
		}
		return nil, &core.Error{
			Code: core.CodeInvalid, Reason: core.ReasonInvalidValue, Field: "from", Cause: err,
			Message: fmt.Sprintf("%s cannot be read: %v.", from, cause), Next: "Give the whole line in quotes, a file that has it, or - for standard input.",
		}
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read from
	text, err := m.readLog(m.contentOf(f))
	if err != nil {
		return nil, err
	}
	return core.FindCheckpoints(text)
}

// compareCheckpoints compares the log with each checkpoint, and gives for each chain in them the worst that was found. A
// line whose signature does not fit is an error: it proves nothing.
func (m *Main) compareCheckpoints(ctx context.Context, a *core.Actor, checkpoints []core.Checkpoint) (map[core.Ref]core.Verification, error) {
	then := map[core.Ref]core.Verification{}
	for _, c := range checkpoints {
		checked, err := a.VerifyCheckpoint(ctx, c)
		if err != nil {
			return nil, err
		}
		if checked.Problem != "" {
			return nil, &core.Error{
				Code: core.CodeInvalid, Reason: core.ReasonInvalidValue, Field: "from",
				Message: fmt.Sprintf("The checkpoint of %s cannot be used. %s", c.Time, checked.Problem), Next: "Take the line from where it was kept first.",
			}
		}
		for _, v := range checked.Chains {
			if !v.OK {
				v.Problem = fmt.Sprintf("%s, says the checkpoint of %s.", strings.TrimSuffix(v.Problem, "."), c.Time)
			}
			before, seen := then[v.Chain]
			if !seen || before.OK || !v.OK && v.FirstBroken < before.FirstBroken {
				then[v.Chain] = v
			}
		}
	}
	return then, nil
}
