package core

import "context"

// WordedForTest gives a notification as its reader gets it.
func WordedForTest(tx Tx, n Notification) (Notification, error) {
	return (&reading{Tx: tx}).directory().worded(n)
}

// UnsendableForTest gives the pending invitations whose sender may send them no more, once what is due is done: there
// are none, whatever took the right (I17). It changes nothing.
func UnsendableForTest(ctx context.Context, h *House) ([]InvitationID, error) {
	var found []InvitationID
	err := h.staged(ctx, func(h *House) error {
		found = nil
		if _, err := h.Sweep(ctx); err != nil {
			return err
		}
		return h.store.View(ctx, func(tx Tx) error {
			r := &reading{Tx: tx, house: h, now: h.Now()}
			list, err := r.unsendable(Scan{}, nil)
			for _, i := range list {
				found = append(found, i.ID)
			}
			return err
		})
	})
	return found, err
}
