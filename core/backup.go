package core

import "context"

// Copier is a store that writes a copy of the whole house as of one moment into a new file, while others go on working
// (X5). The file is for its owner only, and stands under its name when it is complete, on disk, and checked.
//
// Progress, when given, is told how many bytes are written and about how many there are. Errors: not_writable,
// house_damaged when the copy does not check out, invalid_value when something stands at path already.
type Copier interface {
	CopyTo(ctx context.Context, path string, progress func(done, total int)) error
}

// Backup writes a copy of the house to path, as the owner of the house file (X5). The event house.backup is written
// first and is in the copy. Errors: read_only, and those of [Copier].
func (h *House) Backup(ctx context.Context, path string, progress func(done, total int)) error {
	if err := h.copies(); err != nil {
		return err
	}
	err := h.system(ctx, func(c *change) error {
		c.happened("house.backup", System, nil, "")
		return nil
	})
	if err != nil {
		return err
	}
	return h.copyTo(ctx, path, progress)
}

// Backup is [House.Backup] by Support. Errors besides those: forbidden for everybody else.
func (a *Actor) Backup(ctx context.Context, path string, progress func(done, total int)) error {
	if err := a.house.copies(); err != nil {
		return err
	}
	err := a.do(ctx, attempt{action: "house.backup", subjects: []Ref{System}, reads: true}, func(c *change) error {
		if err := c.flagMay(HouseBackup); err != nil {
			return err
		}
		c.happened("house.backup", System, nil, "")
		return nil
	})
	if err != nil {
		return err
	}
	return a.house.copyTo(ctx, path, progress)
}

// copies refuses a store that cannot copy itself, before anything is written.
func (h *House) copies() error {
	if _, ok := h.store.(Copier); ok {
		return nil
	}
	return sentenceError(ReasonNotWritable, "This house cannot be copied.", "Export it instead.")
}

func (h *House) copyTo(ctx context.Context, path string, progress func(done, total int)) error {
	copier, ok := h.store.(Copier)
	if !ok {
		return h.copies()
	}
	return copier.CopyTo(ctx, path, progress)
}

// MarkRestored says in a copy that it takes the place of a house: the event house.restore, and the mark that ends all
// sessions (X5). Codes that were made since the copy was taken are not in it, so they are dead. It is for the owner of
// the house file. Error: read_only.
func (h *House) MarkRestored(ctx context.Context) error {
	return h.system(ctx, func(c *change) error {
		s, err := c.Settings()
		if err != nil {
			return err
		}
		s.Restored = c.now
		if err := c.PutSettings(s); err != nil {
			return err
		}
		c.happened("house.restore", System, nil, "")
		return nil
	})
}

// Restored gives the moment at which the house was last put back from a backup, or none. A session that began before it
// has ended.
func (h *House) Restored(ctx context.Context) (Moment, error) {
	var at Moment
	err := h.store.View(ctx, func(tx Tx) error {
		s, err := tx.Settings()
		at = s.Restored
		return err
	})
	return at, err
}
