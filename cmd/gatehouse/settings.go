package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/core"
	"gatehouse/tui/theme"
)

// settings are the global flags. A value comes from the flag, else the environment, else config.toml, else the
// default. JSON and Yes come from the flag only: a file that answers prompts, or changes what scripts read, is a trap.
type settings struct {
	DB       string
	As       string
	Via      string
	SMTP     string
	Address  string
	Theme    string
	ASCII    bool
	ReadOnly bool
	JSON     bool
	Yes      bool
	Serve    serveSettings
	// Remembered says that As comes from config.toml: nobody has named it for this run.
	Remembered bool
}

// setting ties one name to its place, so that flags, environment and file are read by one table.
type setting struct {
	verb  string // the verb that alone has the flag; empty for a global one
	name  string // the flag
	env   string // the variable, if there is one
	key   string // the key in config.toml, if there is one
	usage string
	text  *string
	flag  *bool
	allow []string
	valid func(where, value string) error // refuses a value that cannot be used; where names flag, variable or key
	count bool                            // the file may give a number
}

// Keys of config.toml that are asked for by name.
const (
	keySMTP     = "smtp"
	keyReadOnly = "read_only"
)

// table lists the settings with pointers into s.
func (s *settings) table() []setting {
	return append([]setting{
		{name: "db", env: "GATEHOUSE_DB", key: "db", text: &s.DB, usage: "the house: a `URL` (PATH, bolt:PATH, memory:)"},
		{name: "as", env: "GATEHOUSE_AS", key: "as", text: &s.As, usage: "the account to act as, by `EMAIL`"},
		{name: flagVia, env: "GATEHOUSE_VIA", key: flagVia, text: &s.Via, valid: validVia, usage: "run through the server at `URL` (ssh://HOST:2222), which has the house open"},
		{name: "smtp", env: "GATEHOUSE_SMTP", key: keySMTP, text: &s.SMTP, valid: validServer, usage: "the mail server that sends the outbox: a `URL` (smtp://USER:PASSWORD@HOST:587)"},
		{name: flagAddress, env: "GATEHOUSE_ADDRESS", key: flagAddress, text: &s.Address, valid: validReach, usage: "where people reach the server: `HOST:PORT` (gate.example.test:2222), for mails and codes"},
		{name: "theme", key: "theme", text: &s.Theme, allow: theme.Names(), usage: "colours: `NAME` is " + strings.Join(theme.Names(), ", ")},
		{name: "ascii", key: "ascii", flag: &s.ASCII, usage: "draw with ASCII characters only"},
		{name: "read-only", key: keyReadOnly, env: "GATEHOUSE_READ_ONLY", flag: &s.ReadOnly, usage: "refuse every change"},
		{name: "json", flag: &s.JSON, usage: "print one JSON value; errors too"},
		{name: "yes", flag: &s.Yes, usage: "answer yes where a confirmation is asked for"},
	}, s.Serve.table()...)
}

// changed reports whether the flag stands on the command line.
func (s setting) changed(cmd *cobra.Command) bool {
	if s.verb != "" {
		return verbWords(cmd) == s.verb && cmd.Flags().Changed(s.name)
	}
	return cmd.Root().PersistentFlags().Changed(s.name) // a verb may have a flag of the same name
}

// addSettings makes the global flags, which fill m.given.
func (m *Main) addSettings(root *cobra.Command) {
	flags := root.PersistentFlags()
	for _, s := range m.given.table() {
		if s.verb != "" {
			continue
		}
		if s.text != nil {
			flags.StringVar(s.text, s.name, "", s.usage)
		} else {
			flags.BoolVar(s.flag, s.name, false, s.usage)
		}
	}
	setWords(flags, "theme", theme.Names()...)
}

// completeSettings fills in what the flags of cmd left open. Faults of the config file are told and do not stop
// anything; a wrong flag or variable does.
//
// Over SSH there are only the flags: file and environment are those of the server's owner.
func (m *Main) completeSettings(cmd *cobra.Command) error {
	if m.remote != nil {
		return m.checkFlags(cmd)
	}
	if m.homeless {
		return noHome()
	}
	full, faults, err := m.readSettings(cmd)
	for _, fault := range faults {
		if fault.Field != "" && verbWords(cmd) == "serve" {
			fault.Next = "Mend the line: a server does not start without a limit that somebody has set."
			return fault
		}
		m.warn(fault)
	}
	if err != nil {
		return err
	}
	m.given = full
	if full.ReadOnly && !cmd.Flags().Changed("read-only") {
		m.onlyReads = "GATEHOUSE_READ_ONLY says so: unset it, or give --read-only=false."
		if m.Env("GATEHOUSE_READ_ONLY") == "" {
			m.onlyReads = m.configPath() + " says so, or cannot be read: mend it, or give --read-only=false."
		}
	}
	return nil
}

// making refuses a session that only reads what would make a house.
func (m *Main) making() error {
	if !m.given.ReadOnly {
		return nil
	}
	return &core.Error{
		Code: core.CodeDenied, Reason: core.ReasonReadOnly, Message: "This session only reads.", Next: "Start it without --read-only.",
	}
}

// readSettings gives the settings as flags, environment and config file have them now, and the faults of the file.
func (m *Main) readSettings(cmd *cobra.Command) (settings, []*core.Error, error) {
	full := m.given
	var fromFile settings
	file := fromFile.table()
	faults := readConfig(m.configPath(), file)
	named := m.Env("GATEHOUSE_AS") != ""
	for i, s := range full.table() {
		if s.changed(cmd) {
			named = named || s.text == &full.As
			if err := s.check(deref(s.text), "--"+s.name); err != nil {
				return full, faults, err
			}
			continue
		}
		if s.env != "" {
			if value := m.Env(s.env); value != "" {
				if err := s.check(value, s.env); err != nil {
					return full, faults, err
				}
				if err := s.fromEnv(value); err != nil {
					return full, faults, err
				}
				continue
			}
		}
		if s.text != nil {
			*s.text = *file[i].text
		} else {
			*s.flag = *file[i].flag
		}
	}
	full.Remembered = full.As != "" && !named
	if full.DB == "" {
		full.DB = filepath.Join(m.Folders.Data, "gatehouse.db")
	}
	return full, faults, nil
}

// fromEnv takes the value of the variable.
func (s setting) fromEnv(value string) error {
	if s.text != nil {
		*s.text = value
		return nil
	}
	on, err := strconv.ParseBool(value)
	if err != nil {
		return invalidValue(s.env, "true or false")
	}
	*s.flag = on
	return nil
}

// checkFlags refuses values of flags that cannot be used.
func (m *Main) checkFlags(cmd *cobra.Command) error {
	for _, s := range m.given.table() {
		if s.changed(cmd) {
			if err := s.check(deref(s.text), "--"+s.name); err != nil {
				return err
			}
		}
	}
	return nil
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// check refuses a text that the setting does not allow; where names the flag, variable or key.
func (s setting) check(value, where string) error {
	if s.valid != nil && value != "" {
		if err := s.valid(where, value); err != nil {
			return err
		}
	}
	if s.text == nil || len(s.allow) == 0 || slices.Contains(s.allow, value) {
		return nil
	}
	return invalidValue(where, "one of "+strings.Join(s.allow, ", "))
}

func (m *Main) configPath() string { return filepath.Join(m.Folders.Config, "config.toml") }
func (m *Main) keymapPath() string { return filepath.Join(m.Folders.Config, "keymap.toml") }
func (m *Main) logPath() string    { return filepath.Join(m.Folders.State, "gatehouse.log") }

// databasePath gives the absolute path of the file behind a --db URL, or nothing where there is no file. Links are
// followed, also one that leads to where nothing is yet: what stands beside a house stands beside the file itself.
func databasePath(url string) (string, error) {
	path, err := namedPath(url)
	if err != nil || path == "" {
		return path, err
	}
	return followLinks(path), nil
}

// followLinks gives the file that a path leads to. Links in a circle are left as they are: opening says what is wrong.
func followLinks(path string) string {
	at := path
	for range 40 { // as many as the system follows
		if real, err := filepath.EvalSymlinks(at); err == nil {
			return real
		}
		to, err := os.Readlink(at)
		if err != nil {
			if folder, err := filepath.EvalSymlinks(filepath.Dir(at)); err == nil {
				return filepath.Join(folder, filepath.Base(at))
			}
			return at
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(at), to)
		}
		at = to
	}
	return path
}

// namedPath is databasePath without following links.
func namedPath(url string) (string, error) {
	scheme, rest, found := strings.Cut(url, ":")
	switch {
	case !found, strings.ContainsRune(scheme, os.PathSeparator), filepath.VolumeName(url) != "":
		rest = url
	case scheme == "memory":
		return "", nil
	case scheme != "bolt":
		e := invalidValue("--db", fmt.Sprintf("PATH, bolt:PATH or memory:, not %s:", scheme))
		e.Next = "A path with a colon in it is written ./" + url + "."
		return "", e
	}
	if rest == "" {
		return "", invalidValue("--db", "PATH, bolt:PATH or memory:, and the path is missing")
	}
	return filepath.Abs(rest)
}
