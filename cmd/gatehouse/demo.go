package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/cmd/demo"
	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/tui/screen/tour"
)

type demoFlags struct {
	seed   uint64
	size   string
	save   string
	noTour bool

	serve    string
	shared   bool
	visitors int
	hostKey  string
}

func (m *Main) newDemo() *cobra.Command {
	var f demoFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "open a filled, throwaway house to play with",
		Long: `Makes a house with believable data and opens the interface in it. It is gone at
the end, unless --save keeps it as a file; then, without a terminal, the file is
made and nothing is opened.

A walkthrough in the last lines of the screen leads through it; its steps tick
themselves off when they were really done.

The same seed makes the same people and projects. The large house has a million
projects.

With --serve it is open to visitors over SSH, with any key or none: each gets a
house of their own for half an hour, or with --shared all of them one house, in
which they see what the others do. It ends at SIGINT or SIGTERM.`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("seed") {
				f.seed = rand.Uint64() //nolint:gosec // another demo each time, no secret
			}
			if cmd.Flags().Changed("serve") {
				return m.serveDemo(cmd.Context(), f)
			}
			for _, name := range []string{"shared", "visitors", "host-key"} {
				if cmd.Flags().Changed(name) {
					return misuse("Add --serve ADDRESS, such as --serve :2222, or leave it out.", "--%s is for a demo over SSH.", name)
				}
			}
			return m.runDemo(cmd.Context(), f)
		},
	}
	cmd.Flags().Uint64Var(&f.seed, "seed", 0, "make the house of the seed `N`")
	cmd.Flags().StringVar(&f.size, "size", "small", "`small/large`")
	cmd.Flags().StringVar(&f.save, "save", "", "keep the house as a file at `PATH`")
	cmd.Flags().BoolVar(&f.noTour, "no-tour", false, "without the walkthrough")
	cmd.Flags().StringVar(&f.serve, "serve", "", "let visitors in over SSH at `ADDRESS`, such as :2222")
	cmd.Flags().BoolVar(&f.shared, "shared", false, "with --serve: all visitors in one house")
	cmd.Flags().IntVar(&f.visitors, "visitors", defaultVisitors, "with --serve: `N` at once, at most")
	cmd.Flags().StringVar(&f.hostKey, "host-key", "", "with --serve: the key of the server in `FILE`, made if missing; else a new one each time")
	completeWords(cmd, "size", "small", "large")
	return cmd
}

func (m *Main) runDemo(ctx context.Context, f demoFlags) error {
	size, err := parseChoice("--size", f.size, "small", "large")
	if err != nil {
		return err
	}
	worth := m.making
	if f.save == "" { // a house that nobody can look at is not worth the time to make it
		worth = m.canDraw
	}
	if err := worth(); err != nil {
		return err
	}
	path, err := m.demoPath(f)
	if err != nil {
		return err
	}
	store, err := m.beginHouse(ctx, path, storage.Options{Clock: m.Clock, NoSync: true})
	if err != nil {
		return err
	}
	leads := tour.New()
	o, err := m.keyed(ctx, store, path, core.Options{Clock: m.Clock, ReadOnly: m.given.ReadOnly, Log: m.logger(), Witness: leads.Witness})
	if err != nil {
		return err
	}
	cast, err := m.fillDemo(ctx, store, size, f.seed, o.Sealer)
	if err != nil {
		return err
	}
	if f.save != "" {
		m.adoptKey(ctx, store, o.Signer)
		if err := m.keepDemo(ctx, f, cast); err != nil || !m.InTerminal || !m.OutTerminal {
			return err
		}
	}
	h := core.New(store, o)
	out := opening{House: h, Cast: cast, Kept: f.save != "", Welcome: !f.noTour}
	if !f.noTour && !h.ReadOnly() {
		if out.Tour, err = lead(ctx, h, cast, leads, out.Kept); err != nil {
			return err
		}
	}
	return m.runInterface(ctx, out)
}

// keepDemo puts a house that is kept at its place, and says where.
func (m *Main) keepDemo(ctx context.Context, f demoFlags, cast demo.Cast) error {
	if err := m.publishHouse(ctx); err != nil {
		return err
	}
	return m.tellDemo(f, cast)
}

// lead begins the walkthrough in a house that has its story; nil in one that has not.
func lead(ctx context.Context, h *core.House, cast demo.Cast, leads *tour.Tour, kept bool) (*tour.Tour, error) {
	scene, err := sceneOf(ctx, h, cast)
	if errors.Is(err, demo.ErrNoStory) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	scene.Kept = kept
	leads.Begin(scene)
	return leads, nil
}

// sceneOf finds where the walkthrough takes place. demo.ErrNoStory: not in this house.
func sceneOf(ctx context.Context, h *core.House, cast demo.Cast) (tour.Scene, error) {
	s, err := demo.StoryOf(ctx, h, cast)
	part := func(p demo.Part) tour.Part { return tour.Part{ID: p.ID, Email: p.Email} }
	return tour.Scene{
		Admin: part(s.Admin), Engineer: part(s.Engineer), User: part(s.User), LockedOut: tour.Part{ID: s.LockedOut.ID, Email: s.LockedOut.Email},
		Organization: s.Organization, Project: s.Project,
	}, err
}

// demoPath says where the house of a demo is kept: in memory, in the file that keeps it, or, because a million projects
// want more room, in a file that is gone at the end.
func (m *Main) demoPath(f demoFlags) (string, error) {
	if f.save != "" {
		if err := errors.Join(notThere(f.save), notThere(keyPath(f.save))); err != nil {
			return "", err
		}
		return databasePath("bolt:" + f.save)
	}
	if f.size == "small" {
		return "", nil
	}
	dir, err := m.scratch()
	if err != nil {
		return "", err
	}
	return dir.Path("gatehouse.db"), nil
}

func notThere(path string) error {
	switch _, err := os.Lstat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return cannotWrite(path, pathCause(err))
	}
	return alreadyThere(path)
}

func (m *Main) fillDemo(ctx context.Context, store core.Store, size string, seed uint64, sealer core.Sealer) (demo.Cast, error) {
	if size == "small" {
		return demo.FillSealed(ctx, store, m.Clock(), seed, sealer)
	}
	bar := m.progress("making the house")
	defer bar.end()
	return demo.FillLarge(bar.in(ctx), store, m.Clock(), demo.Large, bar.at)
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
