package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"gatehouse/core"
	"gatehouse/storage"
)

// house opens the house of --db, once per run, and lets the sweep do what has become due (SW1). A house that is not
// there, or in which nobody is yet, is not_found: only init, import and the interface make one.
func (m *Main) house(ctx context.Context) (*core.House, error) {
	if m.opened != nil {
		return m.opened, nil
	}
	path, err := databasePath(m.given.DB)
	if err != nil {
		return nil, err
	}
	if path != "" {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, noHouse(fmt.Sprintf("There is no house at %s.", path))
		}
	}
	h, err := m.openHouse(ctx)
	if err != nil {
		return nil, err
	}
	empty, err := h.Empty(ctx)
	if err != nil {
		return nil, err
	}
	if empty {
		return nil, noHouse("Nobody is in this house yet.")
	}
	return h, nil
}

func noHouse(message string) *core.Error {
	return &core.Error{
		Code: core.CodeNotFound, Reason: core.ReasonNotFound, Message: message,
		Next: `Make one with "gatehouse init EMAIL --name NAME", or name another with --db.`,
	}
}

// openHouse opens the house of --db, or begins one, which publishHouse gives its name.
func (m *Main) openHouse(ctx context.Context) (*core.House, error) {
	path, err := databasePath(m.given.DB)
	if err != nil {
		return nil, err
	}
	bar := m.pulse("opening the house")
	defer bar.end()
	within := bar.in(ctx)
	store, err := m.beginHouse(within, path, storage.Options{Clock: m.Clock, ReadOnly: m.given.ReadOnly})
	if err != nil {
		return nil, err
	}
	o, err := m.keyed(ctx, store, path, m.houseOptions())
	if err != nil {
		return nil, err
	}
	h := core.New(store, o)
	m.sealSecrets(within, h)
	m.sweep(within, h)
	m.opened = h
	m.watchLog(ctx, h)
	return h, nil
}

// houseOptions are the clock and the log of this run.
func (m *Main) houseOptions() core.Options {
	return core.Options{Clock: m.Clock, ReadOnly: m.given.ReadOnly, Log: m.logger(), MailDelivery: m.given.SMTP != "", Witness: m.witness}
}

// houseOver gives the house that a store keeps, with the clock and the log of this run.
func (m *Main) houseOver(store core.Store) *core.House {
	return core.New(store, m.houseOptions())
}

// sweep does what has become due. It never stops a verb: rights follow the clock, not the sweep (TM5), and what failed
// is tried again by the next one, at the moment that the result names.
func (m *Main) sweep(ctx context.Context, h *core.House) core.SweepResult {
	if h.ReadOnly() {
		return core.SweepResult{}
	}
	committed := m.committed.Load()
	result, err := h.Sweep(ctx)
	m.committed.Store(committed)
	switch {
	case ctx.Err() != nil: // the house is being closed
	case err != nil:
		m.logger().Warn("sweep", "error", core.Causes(err))
	case result.Failed > 0:
		m.logger().Warn("sweep", "failed", result.Failed, "done", result.Done)
	}
	return result
}

// actor gives who acts: the account of --as, of the environment, or the one that the config file remembers. At the
// local console whoever can write the file owns it, so no key and no code is asked (AC2).
//
// Over SSH it is the account of the session, whatever else is said.
func (m *Main) actor(ctx context.Context) (*core.Actor, error) {
	if m.remote != nil {
		return m.remoteActor(), nil
	}
	if m.given.As == "" {
		return nil, misuse(`Name the account with --as EMAIL, or remember it in config.toml: as = "EMAIL".`, "It is not said who acts.")
	}
	h, err := m.house(ctx)
	if err != nil {
		return nil, err
	}
	acc, err := h.AccountByEmail(ctx, m.given.As)
	if core.ReasonOf(err) == core.ReasonNotFound {
		return nil, &core.Error{
			Code: core.CodeNotFound, Reason: core.ReasonNotFound, Field: "as", Cause: err,
			Message: fmt.Sprintf("There is no account %s in this house, so nobody can act as it.", m.given.As),
			Next:    "Name another with --as EMAIL.",
		}
	}
	if err != nil {
		return nil, err
	}
	return h.As(acc.ID), nil
}
