package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"gatehouse/core"
)

// viaFile is a FILE of a command. Through a server it is a file of this machine all the same: the server gets, or
// gives, standard input and output.
type viaFile struct {
	command string
	flag    string // its flag; empty is the first argument
	out     bool
	tell    func(ctx context.Context, m *Main, path string, size int64) error // after a file was written
}

// What is said of a written file, here or through a server.
const (
	saidBackup  = "backed up the house to %s"
	saidEvents  = "wrote the events to "
	saidMFAList = "wrote the people without MFA to "
)

// viaFiles are all of them.
var viaFiles = []viaFile{
	{command: "backup", out: true, tell: func(ctx context.Context, m *Main, path string, _ int64) error {
		return m.tellCopy(ctx, path, saidBackup)
	}},
	{command: "export", out: true, tell: func(_ context.Context, m *Main, path string, size int64) error {
		return m.tellExport(path, size, false)
	}},
	{command: "activity export", out: true, tell: func(_ context.Context, m *Main, path string, size int64) error {
		return m.printDone(written{path, size}, saidEvents+path)
	}},
	{command: "org impact", flag: "export", out: true, tell: func(_ context.Context, m *Main, path string, size int64) error {
		return m.printDone(written{path, size}, saidMFAList+path)
	}},
	{command: "account key add"},
	{command: "activity verify", flag: "from"},
}

// path gives the name of the file in a call; empty is none.
func (f viaFile) path(c remoteCall) string {
	if f.flag == "" {
		if len(c.args) == 0 {
			return ""
		}
		return c.args[0]
	}
	value := ""
	c.cmd.Flags().Visit(func(given *pflag.Flag) {
		if given.Name == f.flag {
			value = given.Value.String()
		}
	})
	if !f.out && strings.ContainsRune(value, ' ') {
		return "" // a checkpoint itself
	}
	return value
}

// instead puts "-" in the place of the file.
func (f viaFile) instead(c remoteCall, path string) remoteCall {
	if f.flag == "" {
		c.args = append([]string{"-"}, c.args[1:]...)
		return c
	}
	values := map[string]string{f.flag: "-"}
	maps.Copy(values, c.values)
	c.values = values
	format := c.cmd.Flags().Lookup("format")
	if f.out && format != nil && !format.Changed && strings.EqualFold(filepath.Ext(path), ".csv") {
		c.extra = append(c.extra, "--format="+string(core.FormatCSV)) // the server does not see the name
	}
	return c
}

// run runs a call with a file of this machine at one end.
func (f viaFile) run(ctx context.Context, m *Main, c remoteCall, path string) error {
	if f.out {
		return f.write(ctx, m, c, path)
	}
	in, closing, err := m.openInput(path)
	if err != nil {
		return err
	}
	defer closing()
	if file, ok := behind(in).(*os.File); ok {
		if st, err := file.Stat(); err == nil && st.IsDir() {
			return &core.Error{
				Code: core.CodeInvalid, Reason: core.ReasonInvalidValue, Field: "FILE",
				Message: fmt.Sprintf("%s cannot be read: it is a folder.", path), Next: "Name a file that can, or - for standard input.",
			}
		}
	}
	return m.ssh(ctx, f.instead(c, path), sshStreams{in: in, out: m.Out})
}

// write writes what the server gives into a new file, all or nothing: the answer of the server decides.
func (f viaFile) write(ctx context.Context, m *Main, c remoteCall, path string) error {
	c = f.instead(c, path)
	size, err := m.writeFile(path, func(w io.Writer) error {
		return m.ssh(ctx, c, sshStreams{out: w})
	})
	if err != nil {
		return err
	}
	return f.tell(ctx, m, path, size)
}
