package demo_test

import (
	"context"
	"testing"

	"gatehouse/cmd/demo"
	"gatehouse/core"
	"gatehouse/core/suite"
)

// The outbox has mails that failed for a while and mails that went out, with every seed.
func TestOutboxShowsMailsThatFail(t *testing.T) {
	suite.Sequential(t)
	for _, seed := range []uint64{1, 2, 3} {
		store := open(t)
		if _, err := demo.Fill(context.Background(), store, now, seed); err != nil {
			t.Fatal(err)
		}
		states := map[core.MailState]int{}
		view(t, store, func(tx core.Tx) error {
			_, err := tx.Notifications().Scan(core.Scan{}, func(n core.Notification) (bool, error) {
				states[n.Mail.State]++
				return true, nil
			})
			return err
		})
		if states[core.MailFailed] == 0 || states[core.MailSent] == 0 {
			t.Errorf("seed %d: %v", seed, states)
		}
	}
}
