package main

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"gatehouse/core"
	"gatehouse/core/suite"
	"gatehouse/storage"
	"gatehouse/tui/app"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen"
	"gatehouse/tui/screen/start"
)

// withoutCommand are actions of screens that are no verb, with the reason.
var withoutCommand = map[string]string{
	"app.report": "opens the form of a ticket that is filled in with the error shown; ticket.open is the verb",
}

// onlyVerbs are verbs that no action of a screen stands for, with the reason.
var onlyVerbs = map[string]string{
	"init": "is the first start of the interface", "list": "is a page", "show": "is a page",
	"completion": "is for shells", "man": "is for the manual", "version": "says what runs", "paths": "says where files are",
	"help": "says what a command does", "demo": "opens an interface of its own", "open": "opens the interface",
	"serve": "is the server", "import": "is for the local console", "export": "writes a file of the local console",
	"backup": "writes a file of the local console", "restore": "is for the local console", "check": "is for the local console",
	"compact": "is for the local console", "migrate": "is for the local console", "checkpoint": "prints a line to be kept elsewhere",
	"account activate": "is for people without a session, who have a code and nothing else",
	"account renew":    "is for the owner of a house without a usable Support account (AC22)",
	"outbox send":      "hands mails over while nobody has the interface open, which does it by itself",
}

// sessionOfSupport acts as Support in an empty house.
func sessionOfSupport(t *testing.T) *app.Session {
	t.Helper()
	store, err := storage.Open(t.Context(), "memory:", storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	house := core.New(store, core.Options{Clock: time.Now})
	acc, err := house.Init(context.Background(), core.InitInput{Email: "sam@support.test", Name: "Sam", Maintainer: "Owner"})
	if err != nil {
		t.Fatal(err)
	}
	return &app.Session{House: house, Actor: house.As(acc.ID), Support: true, Now: time.Now}
}

// Every action that changes something has its command (interface.md, behaviour 14), or stands above with its reason.
func TestActionsHaveCommands(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range app.Contexts(sessionOfSupport(t), screen.Kinds(start.Options{})) {
		for _, a := range c.Actions {
			if a.Group != keymap.GroupAct || a.Command != nil || seen[a.ID] {
				continue
			}
			seen[a.ID] = true
			if withoutCommand[a.ID] == "" {
				t.Errorf("%s on %s has no command", a.ID, c.Name)
			}
		}
	}
}

// Every command line that a screen can copy is a verb with these flags.
func TestCommandsOfScreensAreVerbs(t *testing.T) {
	suite.Sequential(t)
	root := newTree()
	for line, where := range commandLines(t) {
		for _, name := range line.verbs(root) {
			cmd, rest, err := root.Find(strings.Fields(name))
			if err != nil || !cmd.Runnable() || cmd.HasSubCommands() && cmd.Args == nil {
				t.Errorf("%s: gatehouse %s is no verb (%v %v)", where, name, rest, err)
				continue
			}
			if f := line.flag; f != "" && cmd.Flags().Lookup(f) == nil && root.PersistentFlags().Lookup(f) == nil {
				t.Errorf("%s: gatehouse %s has no flag --%s", where, name, f)
			}
		}
	}
}

// Every verb is an action of some screen, or stands above with its reason.
func TestVerbsAreActions(t *testing.T) {
	suite.Sequential(t)
	root := newTree()
	offered := map[string]bool{}
	for line := range commandLines(t) {
		for _, name := range line.verbs(root) {
			offered[name] = true
		}
	}
	var visit func(cmd *cobra.Command, path string)
	visit = func(cmd *cobra.Command, path string) {
		for _, sub := range cmd.Commands() {
			visit(sub, strings.TrimSpace(path+" "+sub.Name()))
		}
		if cmd.HasSubCommands() || cmd.Hidden || path == "" || offered[path] {
			return
		}
		if onlyVerbs[cmd.Name()] == "" && onlyVerbs[path] == "" && onlyVerbs[strings.Fields(path)[0]] == "" {
			t.Errorf("gatehouse %s is the command of no action", path)
		}
	}
	visit(root, "")
}

func newTree() *cobra.Command { return (&Main{}).newRoot() }

// commandLine is a text of a screen that becomes a command line: its words, * for one that is filled in, and its flags.
type commandLine struct {
	words string
	flag  string
	// beside are the first words of the other texts of the package, where the words are a noun alone.
	beside string
}

// verbs gives the verbs that the words can stand for: "* rename" is one of each noun that has it, and a noun alone each
// of its verbs that stands as a text of its own beside it.
func (l commandLine) verbs(root *cobra.Command) []string {
	words := strings.Fields(l.words)
	var found []string
	if len(words) == 1 && words[0] != "*" {
		noun, _, err := root.Find(words)
		if err != nil || !noun.HasSubCommands() {
			return words
		}
		for _, verb := range noun.Commands() {
			if slices.Contains(strings.Fields(l.beside), verb.Name()) {
				found = append(found, noun.Name()+" "+verb.Name())
			}
		}
		return found
	}
	if len(words) == 0 || words[0] != "*" {
		return []string{l.words}
	}
	for _, noun := range root.Commands() {
		for _, verb := range noun.Commands() {
			if len(words) > 1 && verb.Name() == words[1] {
				found = append(found, noun.Name()+" "+verb.Name())
			}
		}
	}
	return found
}

var (
	commandText = regexp.MustCompile(`^gatehouse (.*)$`)
	commandWord = regexp.MustCompile(`^[a-z][a-z-]*$`)
	commandFlag = regexp.MustCompile(`--([a-z][a-z0-9-]*)`)
)

// commandLines finds the texts below tui that begin with "gatehouse ", with a place of each.
func commandLines(t *testing.T) map[commandLine]string {
	t.Helper()
	root, found, texts := newTree(), map[commandLine]string{}, map[string][]string{}
	folders := map[string]string{}
	err := filepath.WalkDir(filepath.Join("..", "..", "tui"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(lit.Value)
			if first, _, _ := strings.Cut(text, " "); commandWord.MatchString(first) {
				texts[filepath.Dir(path)] = append(texts[filepath.Dir(path)], first)
			}
			if m := commandText.FindStringSubmatch(text); err == nil && m != nil {
				words := commandWords(root, m[1])
				flags := commandFlag.FindAllStringSubmatch(m[1], -1)
				where := files.Position(lit.Pos()).String()
				found[commandLine{words: words}], folders[where] = where, filepath.Dir(path)
				for _, f := range flags {
					found[commandLine{words: words, flag: f[1]}] = where
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	out := map[commandLine]string{}
	for line, where := range found {
		if line.flag == "" && !strings.Contains(line.words, " ") {
			line.beside = strings.Join(texts[folders[where]], " ")
		}
		out[line] = where
	}
	return out
}

// commandWords gives the words of a line that name the verb.
func commandWords(root *cobra.Command, line string) string {
	var words []string
	at := root
	for _, w := range strings.Fields(line) {
		if w == "%s" && len(words) == 0 {
			words = append(words, "*")
			continue
		}
		if !commandWord.MatchString(w) {
			break
		}
		if at != nil && len(words) > 0 && words[0] != "*" {
			if i := slices.IndexFunc(at.Commands(), func(c *cobra.Command) bool { return c.Name() == w }); i < 0 {
				break
			}
		}
		words = append(words, w)
		if next, _, err := root.Find(words); err == nil {
			at = next
		}
		if words[0] == "*" && len(words) == 2 {
			break
		}
	}
	return strings.Join(words, " ")
}
