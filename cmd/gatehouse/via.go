package main

import (
	"context"
	"errors"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gatehouse/core"
)

// Names of settings that are asked for by name.
const (
	flagVia  = "via"
	flagDB   = "db"
	flagAs   = "as"
	flagSMTP = "smtp"
)

// viaAddress is the server that --via names.
type viaAddress struct {
	User string // empty: whom OpenSSH takes; the server looks at the key only
	Host string // a name, an address, or a name of the configuration of OpenSSH
	Port int    // 0: what OpenSSH takes
}

// A host or user that OpenSSH gets as an argument: nothing that it, a shell, or a proxy command could take for more.
var (
	viaHost = regexp.MustCompile(`^[A-Za-z0-9_:][A-Za-z0-9._:%-]*$`)
	viaUser = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._@+-]*$`)
)

// parseVia reads ssh://[USER@]HOST[:PORT]. Its error says in words what is wrong.
func parseVia(value string) (viaAddress, error) {
	var to viaAddress
	rest, ok := strings.CutPrefix(value, "ssh://")
	if !ok {
		return to, errors.New("it must begin with ssh://")
	}
	u, err := url.Parse(value)
	if err != nil {
		return to, errors.New("it is not a URL")
	}
	if _, has := u.User.Password(); has {
		return to, errors.New("a server asks for no password")
	}
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(rest, "?#") {
		return to, errors.New("nothing may follow the port")
	}
	to.User, to.Host = u.User.Username(), u.Hostname()
	if !viaHost.MatchString(to.Host) {
		return to, errors.New("it names no host that can be connected to")
	}
	if u.User != nil && !viaUser.MatchString(to.User) {
		return to, errors.New("the user cannot have that name")
	}
	if port := u.Port(); port != "" {
		if to.Port, err = strconv.Atoi(port); err != nil || to.Port < 1 || to.Port > 65535 {
			return to, errors.New("the port must be 1 to 65535")
		}
	}
	return to, nil
}

// validVia is parseVia for the table of settings.
func validVia(where, value string) error {
	if _, err := parseVia(value); err != nil {
		return misuse("Write it like ssh://host:2222 or ssh://user@host.", "%s cannot be used: %s.", where, err)
	}
	return nil
}

// String writes the address as --via takes it.
func (to viaAddress) String() string {
	u := url.URL{Scheme: "ssh", Host: to.Host}
	switch {
	case to.Port != 0:
		u.Host = net.JoinHostPort(to.Host, strconv.Itoa(to.Port))
	case strings.Contains(to.Host, ":"):
		u.Host = "[" + to.Host + "]"
	}
	if to.User != "" {
		u.User = url.User(to.User)
	}
	return u.String()
}

// line writes the address as OpenSSH takes it: ssh -p 2222 localhost.
func (to viaAddress) line() string {
	words := append([]string{"ssh"}, to.portAndUser()...)
	return strings.Join(append(words, to.Host), " ")
}

func (to viaAddress) portAndUser() []string {
	var args []string
	if to.Port != 0 {
		args = append(args, "-p", strconv.Itoa(to.Port))
	}
	if to.User != "" {
		args = append(args, "-l", to.User)
	}
	return args
}

// place says where a command works when a server is named.
type place int

const (
	placeServer     place = iota // at the server
	placeHere                    // on this machine, whatever server is named
	placeFile                    // on the file of a house, which a server has open
	placeActivation              // at the server, but before anybody is signed in
)

// places lists the commands, or nouns, that do not simply run at the server.
var places = map[string]place{
	"help": placeHere, "version": placeHere, "paths": placeHere, "completion": placeHere, "man": placeHere, "demo": placeHere,
	cobra.ShellCompRequestCmd: placeHere, cobra.ShellCompNoDescRequestCmd: placeHere,
	"init": placeFile, "serve": placeFile, "import": placeFile, "restore": placeFile, "compact": placeFile, "migrate": placeFile,
	"account renew": placeFile, "outbox send": placeFile,
	"account activate": placeActivation,
}

func placeOf(cmd *cobra.Command) place {
	words := verbWords(cmd)
	if words == "" {
		return placeServer // the interface
	}
	if check := cmd.Flags().Lookup("check"); words == "import" && check != nil && check.Value.String() == "true" {
		return placeHere // no house is looked at
	}
	for c := cmd; c.HasParent(); c = c.Parent() {
		if p, known := places[verbWords(c)]; known {
			return p
		}
	}
	if cmd.HasSubCommands() {
		return placeHere // a noun without a verb
	}
	return placeServer
}

// server gives the server at which cmd is to run; ok is false when it runs here. A server that the environment or the
// config file names stands back where a flag says otherwise, and for what works on a file.
func (m *Main) server(cmd *cobra.Command) (to viaAddress, ok bool, err error) {
	if m.given.Via == "" || m.remote != nil {
		return to, false, nil
	}
	flagged := cmd.Root().PersistentFlags().Changed
	switch p := placeOf(cmd); {
	case p == placeHere, p == placeFile && !flagged(flagVia), flagged(flagDB) && !flagged(flagVia):
		return to, false, nil
	case p == placeFile:
		return to, false, misuse("Leave --via out, and run it where the file is.", "%s works on the file of a house, not through a server.", cmd.CommandPath())
	}
	if to, err = parseVia(m.given.Via); err != nil {
		return to, false, validVia("--via", m.given.Via)
	}
	if placeOf(cmd) == placeActivation {
		return to, false, misuse("Connect with your key, and type the code when you are asked: "+to.line()+".",
			"Through a server the key that connects is the one that is activated.")
	}
	for _, f := range []struct{ name, why string }{
		{flagDB, "The server %s has its own house"}, {flagAs, "At the server %s your key says who acts"}, {flagSMTP, "The server %s sends the mail"},
	} {
		if flagged(f.name) {
			return to, false, misuse(`Leave it out, or go without the server: --via "".`, f.why+", so --%s cannot be given.", to, f.name)
		}
	}
	return to, true, nil
}

// via runs cmd at the server, when one is named and the command works there; done is false when it is to run here.
func (m *Main) via(cmd *cobra.Command, args []string) (done bool, err error) {
	to, ok, err := m.server(cmd)
	if err != nil || !ok {
		return err != nil, err
	}
	page := verbWords(cmd) == "open"
	if page || !cmd.HasParent() {
		if err := m.canDraw(); err != nil {
			return true, err
		}
	}
	if page {
		if _, err := startPage(args[0]); err != nil {
			return true, err
		}
	}
	return true, m.call(cmd.Context(), remoteCall{to: to, cmd: cmd, args: args})
}

// remoteCall is a command that runs at a server.
type remoteCall struct {
	to   viaAddress
	cmd  *cobra.Command
	args []string
	// values replace those of flags.
	values map[string]string
	// extra are words besides.
	extra []string
}

// words are the words that the server gets: the command, its flags, and the global flags that make sense there.
// Values stand behind an equals sign, so that none is taken for a flag, and an empty one stays.
func (c remoteCall) words(given settings) []string {
	words := strings.Fields(verbWords(c.cmd))
	c.cmd.Flags().Visit(func(f *pflag.Flag) {
		if f == c.cmd.Root().PersistentFlags().Lookup(f.Name) {
			return // a global one
		}
		value, replaced := c.values[f.Name]
		if !replaced {
			value = f.Value.String()
		}
		if f.Value.Type() == "bool" && value == "true" {
			words = append(words, "--"+f.Name)
			return
		}
		words = append(words, "--"+f.Name+"="+value)
	})
	words = append(append(words, c.extra...), globalWords(given)...)
	for _, arg := range c.args {
		if strings.HasPrefix(arg, "-") && arg != "-" {
			words = append(words, "--")
			break
		}
	}
	return append(words, c.args...)
}

func globalWords(given settings) (words []string) {
	for _, s := range []struct {
		on   bool
		word string
	}{
		{given.JSON, "--json"},
		{given.Yes, "--yes"},
		{given.ReadOnly, "--read-only"},
		{given.ASCII, "--ascii"},
		{given.Theme != "", "--theme=" + given.Theme},
	} {
		if s.on {
			words = append(words, s.word)
		}
	}
	return words
}

// call runs a call with the files of this machine at its ends.
func (m *Main) call(ctx context.Context, c remoteCall) error {
	for _, f := range viaFiles {
		if f.command != verbWords(c.cmd) {
			continue
		}
		if path := f.path(c); path != "" && path != "-" {
			return f.run(ctx, m, c, path)
		}
		if f.out { // to standard output, and nothing is read
			return m.ssh(ctx, c, sshStreams{out: m.Out})
		}
	}
	streams := sshStreams{out: m.Out, terminal: m.InTerminal && m.OutTerminal && m.ErrTerminal}
	if streams.terminal || c.readsInput() {
		streams.in = m.In
	}
	return m.ssh(ctx, c, streams)
}

// readsInput says whether a "-" stands for standard input. Other verbs must not eat what a script reads from.
func (c remoteCall) readsInput() bool {
	for _, arg := range c.args {
		if arg == "-" {
			return true
		}
	}
	reads := false
	c.cmd.Flags().Visit(func(f *pflag.Flag) { reads = reads || f.Value.String() == "-" })
	return reads
}

// missingSSH is for a machine without OpenSSH.
func missingSSH(program string, cause error) *core.Error {
	return &core.Error{
		Code: core.CodeUnavailable, Reason: reasonNoServer, Cause: cause,
		Message: "The OpenSSH client cannot be started: there is no program " + program + ".",
		Next:    "Install it, or name it in GATEHOUSE_SSH.",
	}
}
