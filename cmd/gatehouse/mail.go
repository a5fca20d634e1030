package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/cmd/mail"
	"gatehouse/core"
	"gatehouse/tui/app"
)

func validServer(where, url string) error {
	if _, err := mail.Parse(url); err != nil {
		return misuse(`Write it like smtp://USER:PASSWORD@HOST:587?tls=required, or leave it out: mail is off then.`, "%s cannot be used: %s.", where, err)
	}
	return nil
}

// flagAddress names the setting that says where people reach the server.
const flagAddress = "address"

func validReach(where, address string) error {
	if _, err := mail.ParseAddress(address); err != nil {
		return misuse(`Write it like gate.example.test:2222, or leave it out: mails then name pages without a line to paste.`, "%s cannot be used: %s.", where, err)
	}
	return nil
}

// pasted is a line to paste at a prompt, which signs in at the server; empty while the address is not set.
func (m *Main) pasted() string {
	if m.remote != nil {
		return m.remote.reach
	}
	address, err := mail.ParseAddress(m.given.Address)
	if err != nil { // it was checked with the settings
		return ""
	}
	return address.Command("")
}

// delivery gives what sends the outbox of the house, and whether a mail server was named.
func (m *Main) delivery(h *core.House) (mail.Delivery, bool) {
	if m.given.SMTP == "" || h.ReadOnly() {
		return mail.Delivery{}, false
	}
	server, err := mail.Parse(m.given.SMTP)
	if err != nil { // it was checked with the settings
		m.logger().Error("no delivery", "error", err)
		return mail.Delivery{}, false
	}
	address, err := mail.ParseAddress(m.given.Address)
	if err != nil { // it was checked with the settings
		m.logger().Error("mails name no address", "error", err)
	}
	return mail.Delivery{House: h, Server: server.At(address), Log: m.logger()}, true
}

// keepDelivering sends the outbox while the interface has the house open, until ctx ends; the channel closes when it is
// done. A demo sends nothing.
func (m *Main) keepDelivering(ctx context.Context, o opening) <-chan struct{} {
	done := make(chan struct{})
	d, named := m.delivery(o.House)
	if !named || o.Cast != nil {
		close(done)
		return done
	}
	app.Guarded(func(text string) { m.logger().Error("the delivery of mails failed", "panic", text) }, func() {
		defer close(done)
		d.Run(ctx)
	})
	return done
}

func (m *Main) newOutboxSend() *cobra.Command {
	return &cobra.Command{
		Use:   "send",
		Short: "send the mails that are due, and end: for a timer",
		Long: `Send the mails that are due, and end. The interface sends by itself while it is open;
where only verbs are used, let a timer run this. It needs a mail server (--smtp), and
acts as nobody.`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			h, err := m.house(cmd.Context())
			if err != nil {
				return err
			}
			if h.ReadOnly() {
				_, _, err := h.NextMails(cmd.Context())
				return err
			}
			d, named := m.delivery(h)
			if !named {
				return misuse("Name one with --smtp, GATEHOUSE_SMTP or config.toml.", "No mail server is named.")
			}
			t, err := d.Due(cmd.Context())
			if err != nil {
				return err
			}
			if t.Sent == 0 && t.Failed > 0 {
				return &core.Error{
					Code: core.CodeUnavailable, Reason: core.ReasonInternal,
					Message: fmt.Sprintf("No mail was sent: %s.", core.Visible(t.Trouble)),
					Next:    `They are tried again; "gatehouse outbox list" shows when.`,
				}
			}
			text := plural(t.Sent, "mail") + " sent"
			if t.Failed > 0 {
				text += fmt.Sprintf(", %d failed: %s", t.Failed, core.Visible(t.Trouble))
			}
			return m.printDone(map[string]any{"sent": t.Sent, "failed": t.Failed}, text)
		},
	}
}
