package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"

	"gatehouse/core"
)

// inputLimit bounds what is read from a file or standard input for one value, in bytes. The longest text that core
// takes has 10,000 characters (F6).
const inputLimit = 1 << 18

// parseLength reads a length such as 15m, 4h, 2d, 1w or 1d12h. How long it may be is for core to say.
func parseLength(field, s string) (core.Length, error) {
	l, err := core.ParseLength(s)
	if err != nil {
		return 0, invalidValue(field, "a length of a minute or more, such as 15m, 4h, 2d or 1w")
	}
	return l, nil
}

// parseMoment reads a moment in every form in which one is printed. Whether it lies where it may is for core to say.
func parseMoment(field, s string) (core.Moment, error) {
	at, err := core.ParseMoment(s)
	if err != nil {
		return 0, invalidValue(field, "a moment such as 2026-12-01, 2026-12-01T18:00 (UTC) or 2026-12-01T18:00:00+01:00")
	}
	return at, nil
}

// parseSwitch reads on or off.
func parseSwitch(field, s string) (bool, error) {
	switch s {
	case "on":
		return true, nil
	case "off":
		return false, nil
	}
	return false, invalidValue(field, "on or off")
}

// parseChoice reads one of the words of allowed.
func parseChoice[T ~string](field, s string, allowed ...T) (T, error) {
	names := make([]string, len(allowed))
	for i, a := range allowed {
		if s == string(a) {
			return a, nil
		}
		names[i] = string(a)
	}
	return "", invalidValue(field, "one of "+strings.Join(names, ", "))
}

// parseList reads values separated by commas. Blanks around them do not count; an empty value is refused.
func parseList(field, s string) ([]string, error) {
	parts := strings.Split(s, ",")
	for i, p := range parts {
		parts[i] = strings.TrimSpace(p)
		if parts[i] == "" {
			return nil, invalidValue(field, "values separated by commas")
		}
	}
	return parts, nil
}

// parseID reads the number of a record (F9).
func parseID[T ~uint64](field, s string) (T, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n == 0 {
		return 0, invalidValue(field, "a number such as 41")
	}
	return T(n), nil
}

// readText gives the value itself, or for "-" what stands on standard input, without the line break at its end: so
// that codes and long texts stay out of the shell's history.
func (m *Main) readText(field, value string) (string, error) {
	if value != "-" {
		return value, nil
	}
	return readBounded(m.In, field)
}

// readFile gives what is in the file at path, or on standard input for "-".
func (m *Main) readFile(field, path string) (string, error) {
	if path == "-" {
		return readBounded(m.In, field)
	}
	if err := m.localFile(field, path); err != nil {
		return "", err
	}
	unreadable := func(err error) error {
		return &core.Error{
			Code: core.CodeInvalid, Reason: core.ReasonInvalidValue, Field: field, Cause: err,
			Message: fmt.Sprintf("%s cannot be read: %v.", path, pathCause(err)), Next: "Name a file that can, or - for standard input.",
		}
	}
	f, err := m.openFile(path)
	if errors.Is(err, errInterrupted) {
		return "", err
	}
	if err != nil {
		return "", unreadable(err)
	}
	defer func() { _ = f.Close() }() // only read from
	text, err := readBounded(m.contentOf(f), field)
	var failed *fs.PathError
	if errors.As(err, &failed) { // a folder opens, and cannot be read
		err = unreadable(err)
	}
	return text, err
}

func readBounded(r io.Reader, field string) (string, error) {
	b, err := io.ReadAll(io.LimitReader(r, inputLimit+1))
	if err != nil {
		return "", err
	}
	if len(b) > inputLimit {
		return "", invalidValue(field, fmt.Sprintf("at most %d bytes", inputLimit))
	}
	text, err := core.Pasted(field, b)
	return strings.TrimSuffix(text, "\n"), err
}
