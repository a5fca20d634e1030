package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/cmd/demo"
	"gatehouse/core"
	"gatehouse/storage"
)

type demoFlags struct {
	seed   uint64
	size   string
	save   string
	noTour bool
}

func (m *Main) newDemo() *cobra.Command {
	var f demoFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "open a filled, throwaway house to play with",
		Long: `Makes a house with believable data and opens the interface in it. It is gone at
the end, unless --save keeps it as a file; then, without a terminal, the file is
made and nothing is opened.

The same seed makes the same people and projects. The large house has a million
projects.`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("seed") {
				f.seed = rand.Uint64() //nolint:gosec // another demo each time, no secret
			}
			return m.runDemo(cmd.Context(), f)
		},
	}
	cmd.Flags().Uint64Var(&f.seed, "seed", 0, "make the house of the seed `N`")
	cmd.Flags().StringVar(&f.size, "size", "small", "`small/large`")
	cmd.Flags().StringVar(&f.save, "save", "", "keep the house as a file at `PATH`")
	cmd.Flags().BoolVar(&f.noTour, "no-tour", false, "leave the help card closed")
	completeWords(cmd, "size", "small", "large")
	return cmd
}

func (m *Main) runDemo(ctx context.Context, f demoFlags) error {
	size, err := parseChoice("--size", f.size, "small", "large")
	if err != nil {
		return err
	}
	if f.save == "" { // a house that nobody can look at is not worth the time to make it
		if err := m.canDraw(); err != nil {
			return err
		}
	}
	url, err := m.demoURL(f)
	if err != nil {
		return err
	}
	store, err := storage.Open(ctx, url, storage.Options{Clock: m.Clock, NoSync: true})
	if err != nil {
		return err
	}
	m.closers = append(m.closers, store.Close)
	path, _ := databasePath(url)
	o, err := m.keyed(ctx, store, path, core.Options{Clock: m.Clock, ReadOnly: m.given.ReadOnly, Log: m.logger()})
	if err != nil {
		return err
	}
	cast, err := m.fillDemo(ctx, store, size, f.seed, o.Sealer)
	if err != nil {
		if f.save != "" {
			_ = m.Close()
			_ = os.Remove(f.save) // half a demo is none
			_ = os.Remove(keyPath(f.save))
		}
		return err
	}
	if f.save != "" {
		m.adoptKey(ctx, store, o.Signer)
		if err := m.tellDemo(f, cast); err != nil || !m.InTerminal || !m.OutTerminal {
			return err
		}
	}
	h := core.New(store, o)
	return m.runInterface(ctx, opening{House: h, Cast: cast, Kept: f.save != "", Tour: !f.noTour})
}

// demoURL says where the house of a demo is kept: in memory, in the file that keeps it, or, because a million projects
// want more room, in a file that is gone at the end.
func (m *Main) demoURL(f demoFlags) (string, error) {
	if f.save != "" {
		return "bolt:" + f.save, errors.Join(notThere(f.save), notThere(keyPath(f.save)))
	}
	if f.size == "small" {
		return "memory:", nil
	}
	dir, err := os.MkdirTemp("", "gatehouse-demo-*")
	if err != nil {
		return "", cannotWrite(os.TempDir(), pathCause(err))
	}
	m.closers = append(m.closers, func() error { return os.RemoveAll(dir) })
	return "bolt:" + filepath.Join(dir, "gatehouse.db"), nil
}

func notThere(path string) error {
	switch _, err := os.Lstat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return cannotWrite(path, pathCause(err))
	}
	return &core.Error{
		Code: core.CodeConflict, Reason: core.ReasonHouseNotEmpty, Message: path + " is there already.", Next: "Name a new file.",
	}
}

func (m *Main) fillDemo(ctx context.Context, store core.Store, size string, seed uint64, sealer core.Sealer) (demo.Cast, error) {
	if size == "small" {
		return demo.FillSealed(ctx, store, m.Clock(), seed, sealer)
	}
	bar := m.progress("making the house")
	defer bar.end()
	return demo.FillLarge(ctx, store, m.Clock(), demo.Large, bar.at)
}

// tellDemo says where the house is and whom one may be in it.
func (m *Main) tellDemo(f demoFlags, cast demo.Cast) error {
	type part struct {
		ID    core.AccountID `json:"id"`
		Email string         `json:"email"`
		Who   string         `json:"who"`
	}
	result := struct {
		File string `json:"file"`
		Seed uint64 `json:"seed"`
		Cast []part `json:"cast"`
	}{File: f.save, Seed: f.seed}
	lines := []string{fmt.Sprintf("made a demo house in %s (seed %d); act in it with --db %s and --as", f.save, f.seed, f.save)}
	for _, p := range cast {
		result.Cast = append(result.Cast, part{p.ID, p.Email, p.Who})
		lines = append(lines, fmt.Sprintf("  %s  %s", p.Email, p.Who))
	}
	return m.printLines(result, strings.Join(lines, "\n"))
}
