package main

import (
	"net"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

// serveSettings are what serve alone takes, as they were written; what is empty is the default.
type serveSettings struct {
	Listen, HostKey, MaxSessions, MaxPerAccount, Idle, MaxAge, Metrics string
}

// defaultListen is where a server listens unless it is told.
const defaultListen = ":2222"

// table lists the settings with pointers into s.
func (s *serveSettings) table() []setting {
	const verb = "serve"
	return []setting{
		{verb: verb, name: "listen", key: "listen", text: &s.Listen, valid: validAddress, usage: "take connections at `ADDR`, such as :2222 (the default) or 192.0.2.7:22"},
		{verb: verb, name: "host-key", key: "host_key", text: &s.HostKey, usage: "the private key that the server is known by: a `FILE` of ssh-keygen; without it one is made beside the house"},
		{verb: verb, name: "max-sessions", key: "max_sessions", text: &s.MaxSessions, count: true, valid: validCount, usage: "let at most `N` sessions be open; without it 1000"},
		{verb: verb, name: "max-per-account", key: "max_per_account", text: &s.MaxPerAccount, count: true, valid: validCount, usage: "let at most `N` sessions of one account be open; without it there is no limit"},
		{verb: verb, name: "idle", key: "idle", text: &s.Idle, valid: validIdle, usage: "end a session after `D` without a key press: at most 48h, the default"},
		{verb: verb, name: "max-age", key: "max_age", text: &s.MaxAge, valid: validAge, usage: "end a session `D` after it began; without it, or with none, there is no limit"},
		{verb: verb, name: "metrics", key: "metrics", text: &s.Metrics, valid: validMetrics, usage: "offer /metrics and /healthz over HTTP at `ADDR` of this machine, such as 127.0.0.1:9222"},
	}
}

// addServeSettings makes the flags of serve, which fill m.given.
func (m *Main) addServeSettings(cmd *cobra.Command) {
	for _, s := range m.given.Serve.table() {
		cmd.Flags().StringVar(s.text, s.name, "", s.usage)
	}
	must(cmd.MarkFlagFilename("host-key"))
}

func validAddress(where, value string) error {
	if _, port, err := net.SplitHostPort(value); err == nil {
		if n, err := strconv.ParseUint(port, 10, 16); err == nil && (n > 0 || port == "0") {
			return nil
		}
	}
	return invalidValue(where, "HOST:PORT or :PORT, such as 127.0.0.1:2222 or :2222")
}

func validCount(where, value string) error {
	if n, err := strconv.ParseUint(value, 10, 31); err != nil || n == 0 {
		return invalidValue(where, "a number of 1 or more")
	}
	return nil
}

// idleLimit is how long a session may be without input at most (AC5).
const idleLimit = 48 * time.Hour

func validIdle(where, value string) error {
	l, err := parseLength(where, value)
	if err == nil && l.Duration() > idleLimit {
		err = invalidValue(where, "1m to 48h")
	}
	return err
}

func validAge(where, value string) error {
	if value == "none" {
		return nil
	}
	if _, err := core.ParseLength(value); err != nil {
		return invalidValue(where, "a length such as 15m, 4h, 2d or 1w, or none")
	}
	return nil
}

// validMetrics wants an address of this machine: figures are for whoever watches over it, and nobody is asked who they are.
func validMetrics(where, value string) error {
	if err := validAddress(where, value); err != nil {
		return err
	}
	host, _, _ := net.SplitHostPort(value)
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		e := invalidValue(where, "an address of this machine alone, such as 127.0.0.1:9222")
		e.Next = "Nobody is asked there who they are. To read it from elsewhere, let a proxy with a password stand before it."
		return e
	}
	return nil
}

// sessionLimits are the limits that the settings name; they were checked with the settings.
func (s *serveSettings) sessionLimits() core.SessionLimits {
	l := core.SessionLimits{Max: count(s.MaxSessions), PerAccount: count(s.MaxPerAccount)}
	l.Idle, l.Age = lengthOf(s.Idle), lengthOf(s.MaxAge)
	return l
}

// lengthOf reads a length that was checked before; nothing, or none, is 0.
func lengthOf(s string) time.Duration {
	l, _ := core.ParseLength(s)
	return l.Duration()
}

// count reads a number that was checked before; nothing is 0.
func count(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
