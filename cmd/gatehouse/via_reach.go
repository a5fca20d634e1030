package main

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gatehouse/core"
	"gatehouse/storage/kv"
	"gatehouse/tui/sshd"
)

// reach is what a server writes into the note beside its house, and nothing else: the note is a file.
var reach = regexp.MustCompile(`^ssh (?:-p ([1-9][0-9]{0,4}) )?([A-Za-z0-9_:][A-Za-z0-9._:%-]*)$`)

// parseReach reads the line of a [viaAddress] again.
func parseReach(line string) (to viaAddress, ok bool) {
	parts := reach.FindStringSubmatch(line)
	if parts == nil {
		return to, false
	}
	to.Host = parts[2]
	if parts[1] == "" {
		return to, true
	}
	port, err := strconv.Atoi(parts[1])
	to.Port = port
	return to, err == nil && port <= 65535
}

// elsewhere says of a house that a server has open how to do through it what was asked for: the whole command for
// OpenSSH, and the same with --via. What works on the file alone has to wait until it is closed.
func (m *Main) elsewhere(known *core.Error) *core.Error {
	var busy *kv.InUseError
	if m.verb == nil || m.remote != nil || !errors.As(known.Cause, &busy) || busy.Reach == "" {
		return known
	}
	said := *known
	said.Next = "Close it there, then try again."
	if p := placeOf(m.verb); p == placeServer || p == placeActivation {
		if to, ok := parseReach(busy.Reach); ok {
			said.Next = "Use " + m.insteadLine(to) + " (--via " + to.String() + " does the same), or close it there."
			if p == placeActivation {
				said.Next = "Use " + to.line() + " with your key, which asks for the code, or close it there."
			}
		}
	}
	return &said
}

// insteadLine is what was asked for, as a command for OpenSSH that can be pasted: files are redirected, and codes are
// left to standard input, where no list of processes shows them.
func (m *Main) insteadLine(to viaAddress) string {
	c := remoteCall{to: to, cmd: m.verb, args: withoutCodes(m.verb, m.operands), values: map[string]string{}}
	m.verb.Flags().Visit(func(f *pflag.Flag) {
		if f.Name == "code" {
			c.values[f.Name] = "-"
		}
	})
	redirected := ""
	for _, f := range viaFiles {
		if path := f.path(c); f.command == verbWords(m.verb) && path != "" && path != "-" {
			c = f.instead(c, path)
			sign := " < "
			if f.out {
				sign = " > "
			}
			redirected = sign + sshd.Quote(path)
		}
	}
	given := m.given
	given.Theme = "" // a matter of taste, perhaps of a file
	words := c.words(given)
	if len(words) == 0 {
		return to.line()
	}
	line := to.line()
	if verbWords(m.verb) == "open" || !m.verb.HasParent() {
		line = strings.Replace(line, "ssh ", "ssh -t ", 1)
	}
	// The words are cut twice: here by the shell, there by the server.
	return line + " " + shellWords(words) + redirected
}

// shellWords writes words so that they survive a shell and the server: as they are where nothing in them needs quotes.
func shellWords(words []string) string {
	command := sshd.Quote(words...)
	if command == strings.Join(words, " ") {
		return command
	}
	return sshd.Quote(command)
}

// withoutCodes puts "-" in the place of a CODE.
func withoutCodes(cmd *cobra.Command, args []string) []string {
	if len(args) == 0 || !strings.HasSuffix(cmd.Use, " CODE") {
		return args
	}
	return append([]string{"-"}, args[1:]...)
}
