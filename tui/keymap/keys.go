package keymap

import (
	"strings"
	"unicode/utf8"
)

// Normal writes a key the way Bubble Tea reports it: "Space" and " " become "space", "return" becomes "enter",
// "Ctrl+A" becomes "ctrl+a". ok is false when no key has that name.
func Normal(key string) (normal string, ok bool) {
	if key == " " {
		return "space", true
	}
	if utf8.RuneCountInString(key) == 1 {
		return key, key > " "
	}
	parts := strings.Split(key, "+")
	base := parts[len(parts)-1]
	mods := map[string]bool{}
	for _, m := range parts[:len(parts)-1] {
		switch m = strings.ToLower(m); m {
		case "ctrl", "alt", "shift", "super", "meta":
			mods[m] = true
		default:
			return "", false
		}
	}
	if utf8.RuneCountInString(base) > 1 {
		base = strings.ToLower(base)
		if alias, found := aliases[base]; found {
			base = alias
		}
		if !named[base] {
			return "", false
		}
	} else if mods["ctrl"] {
		base = strings.ToLower(base)
	}
	if base == "" {
		return "", false
	}
	var b strings.Builder
	for _, m := range []string{"ctrl", "alt", "shift", "meta", "super"} {
		if mods[m] {
			b.WriteString(m + "+")
		}
	}
	return b.String() + base, true
}

var aliases = map[string]string{
	"return": "enter", "escape": "esc", "pageup": "pgup", "pagedown": "pgdown", "pgdn": "pgdown", "del": "delete", "spacebar": "space",
}

var named = map[string]bool{
	"enter": true, "esc": true, "tab": true, "space": true, "backspace": true, "delete": true, "insert": true, "home": true, "end": true,
	"pgup": true, "pgdown": true, "up": true, "down": true, "left": true, "right": true,
	"f1": true, "f2": true, "f3": true, "f4": true, "f5": true, "f6": true, "f7": true, "f8": true, "f9": true, "f10": true, "f11": true, "f12": true,
}

// Unreachable says why a key can never be pressed as itself, or returns "".
func Unreachable(key string) string {
	switch key {
	case "ctrl+m":
		return "terminals send ctrl+m as enter"
	case "ctrl+i":
		return "terminals send ctrl+i as tab"
	case "ctrl+h":
		return "terminals send ctrl+h as backspace"
	case "ctrl+[":
		return "terminals send ctrl+[ as esc"
	case "ctrl+c":
		return "ctrl+c always cancels and quits"
	case "ctrl+z":
		return "ctrl+z suspends"
	}
	if i := strings.LastIndex(key, "+"); i > 0 && i < len(key)-1 {
		base := key[i+1:]
		if utf8.RuneCountInString(base) == 1 && !isLetterOrDigit(base[0]) && strings.Contains(key, "shift+") {
			return "a modifier with a shifted symbol arrives differently in every terminal"
		}
	}
	return ""
}

func isLetterOrDigit(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// Pretty is a key as shown to people, in at most a few cells.
func Pretty(key string) string {
	switch key {
	case "up":
		return "↑"
	case "down":
		return "↓"
	case "left":
		return "←"
	case "right":
		return "→"
	case "pgdown":
		return "pgdn"
	}
	return key
}

// PrettyASCII is Pretty for terminals without arrows.
func PrettyASCII(key string) string {
	if key == "pgdown" {
		return "pgdn"
	}
	return key
}
