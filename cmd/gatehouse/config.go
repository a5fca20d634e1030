package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"gatehouse/core"
)

// configLimit bounds what is read of a config file, in bytes; a real one has a few lines.
const configLimit = 1 << 20

// readConfig reads config.toml at path into the settings of the table that have a key. What is wrong in it is given
// back, each fault with its line; what is right counts all the same. A file that does not exist is not a fault. Where a
// file is there and what it says of read_only is not known for certain, nothing is changed: a file that cannot be read or
// parsed, and a key that may have been meant as read_only.
func readConfig(path string, table []setting) []*core.Error {
	text, err := readLimited(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, missing := os.Lstat(path); missing != nil { // else it is a link that leads nowhere
			return nil
		}
	}
	if err != nil {
		onlyRead(table)
		return []*core.Error{configFault(path, 0, pathCause(err).Error(), "The defaults are used, and "+nothingChanges)}
	}
	var keys map[string]toml.Primitive
	meta, err := toml.Decode(text, &keys)
	if err != nil {
		line, what := locate(err)
		onlyRead(table)
		return []*core.Error{configFault(path, line, what, "Mend it; until then the defaults are used, and "+nothingChanges)}
	}
	var faults []*core.Error
	for _, key := range meta.Keys() {
		meant := meansReadOnly(key[len(key)-1])
		if meant {
			onlyRead(table)
		}
		value, ok := keys[key[0]]
		if len(key) != 1 || !ok {
			if meant {
				faults = append(faults, configFault(path, 0, keyReadOnly+" must stand before the first table", "Until it is mended, "+nothingChanges))
			}
			continue // inside of a table that is told as a whole
		}
		if err := meta.PrimitiveDecode(value, &configValue{key: key[0], table: table}); err != nil {
			line, what := locate(err)
			next := "The line is left out; everything else counts."
			if meant {
				next = "Until it is mended, " + nothingChanges
			}
			fault := configFault(path, line, what, next)
			fault.Field = limitMeant(key[0], table)
			faults = append(faults, fault)
		}
	}
	return append(faults, openPassword(path, table)...)
}

// meansReadOnly reports whether a key is read_only, or what somebody writes who means it: readonly, read-only, raed_only.
func meansReadOnly(key string) bool {
	bare := strings.NewReplacer("_", "", "-", "", " ", "", ".", "")
	return editDistance(bare.Replace(strings.ToLower(key)), bare.Replace(keyReadOnly)) <= 2
}

// limitMeant gives the setting of serve that a key is, or probably means; empty for any other.
func limitMeant(key string, table []setting) string {
	var names []string
	for _, s := range table {
		names = append(names, s.key)
	}
	near := nearest(key, names)
	for _, s := range table {
		if s.verb != "" && s.key == near {
			return near
		}
	}
	return ""
}

// nothingChanges ends what is said of a file that may have asked for a session that only reads.
const nothingChanges = "nothing can be changed, as read_only may stand in it; --read-only=false overrides that."

// onlyRead switches read_only on.
func onlyRead(table []setting) {
	for _, s := range table {
		if s.key == keyReadOnly {
			*s.flag = true
		}
	}
}

// openPassword warns of a file that has the password of the mail server in it and that others can read.
func openPassword(path string, table []setting) []*core.Error {
	for _, s := range table {
		if s.key != keySMTP || *s.text == "" {
			continue
		}
		server, err := url.Parse(*s.text)
		if err != nil || server.User == nil {
			return nil
		}
		_, has := server.User.Password()
		info, err := os.Stat(path)
		if !has || err != nil || runtime.GOOS == "windows" || info.Mode().Perm()&0o044 == 0 {
			return nil
		}
		return []*core.Error{configFault(path, 0, "others on this machine can read it, and the password of the mail server stands in it",
			"Make it yours alone: chmod 600 "+path+".")}
	}
	return nil
}

// readLimited reads a file of settings. What is no file, such as a pipe, is refused: reading it could wait for ever.
func readLimited(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if nothing, wrong := os.Stat(os.DevNull); !info.Mode().IsRegular() && (wrong != nil || !os.SameFile(info, nothing)) {
		return "", errors.New("it is not a file")
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // only read from
	text, err := io.ReadAll(io.LimitReader(f, configLimit+1))
	if err == nil && len(text) > configLimit {
		err = fmt.Errorf("the file is larger than %d bytes", configLimit)
	}
	return string(text), err
}

// configValue receives the value of one key. Being an Unmarshaler it lets the parser say in which line a fault is.
type configValue struct {
	key   string
	table []setting
}

// UnmarshalTOML puts the value into its setting.
func (v *configValue) UnmarshalTOML(value any) error {
	var names []string
	for _, s := range v.table {
		if s.key == "" {
			continue
		}
		if s.key == v.key {
			return s.set(value)
		}
		names = append(names, s.key)
	}
	if near := nearest(v.key, names); near != "" {
		return fmt.Errorf("%s is not a setting, but %s is", v.key, near)
	}
	return fmt.Errorf("%s is not a setting; there are %s", v.key, strings.Join(names, ", "))
}

func (s setting) set(value any) error {
	if s.flag != nil {
		on, ok := value.(bool)
		if !ok {
			return fmt.Errorf("%s must be true or false", s.key)
		}
		*s.flag = on
		return nil
	}
	text, ok := value.(string)
	if n, whole := value.(int64); whole && s.count {
		text, ok = strconv.FormatInt(n, 10), true
	}
	if !ok {
		return fmt.Errorf("%s must be a text in quotes", s.key)
	}
	if err := s.check(text, s.key); err != nil {
		return errors.New(strings.TrimSuffix(err.Error(), "."))
	}
	*s.text = text
	return nil
}

// locate gives the line of a parser's error, 0 if it has none, and what is wrong.
func locate(err error) (int, string) {
	var parse toml.ParseError
	if errors.As(err, &parse) {
		return parse.Position.Line, parse.Message
	}
	return 0, err.Error()
}

func configFault(path string, line int, what, next string) *core.Error {
	where := path
	if line > 0 {
		where = fmt.Sprintf("%s line %d", path, line)
	}
	return &core.Error{
		Code: core.CodeInvalid, Reason: reasonConfig,
		Message: fmt.Sprintf("%s: %s.", where, strings.TrimSuffix(what, ".")), Next: next,
	}
}
