package core

import (
	"encoding/base64"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
)

// notKey says why a text is not the key that is asked for.
func notKey(message, next string) *Error {
	return sentenceError(ReasonInvalidKey, message, next).field("key")
}

// strayKey names the cause where a text holds a key in a form that cannot be taken, or is nil.
func strayKey(text string) *Error {
	const one = "Give the one line of a file that ends in .pub."
	parts := strings.Fields(oneKeyLine(text))
	first := 0
	for first < len(parts) && keyKindOf(parts[first]) < 0 {
		first++
	}
	keys := 0
	for _, p := range parts {
		if keyKindOf(p) >= 0 {
			keys++
		}
	}
	switch {
	case strings.Contains(text, "PRIVATE KEY"), strings.Contains(text, "Private-Lines:"):
		return notKey("This is a private key. It stays with you: never give it to anybody.",
			"Give the public one, the line of the file that ends in .pub.")
	case strings.Contains(text, "-cert-v01@openssh.com "):
		return notKey("This is a certificate, not a public key.", one)
	case strings.Contains(text, "BEGIN PUBLIC KEY"), strings.Contains(text, "BEGIN RSA PUBLIC KEY"):
		return notKey("This is a public key in PEM form, not in the form of OpenSSH.", `"ssh-keygen -i -m PKCS8 -f FILE" writes it anew; -m PEM for an RSA key.`)
	case keys > 1:
		return notKey("There is more than one key in it.", "Add them one after the other.")
	case keys == 1 && first > 0:
		return notKey("Something stands before the type of the key, such as options of authorized_keys, which would not hold here.",
			"Give the line from "+parts[first]+" on.")
	}
	return nil
}

// oneKeyLine gives the line of a key without what surrounds it in files: a byte order mark, empty lines and comments. A
// key in the form of RFC 4716 is written as that line.
func oneKeyLine(text string) string {
	var lines []string
	for line := range strings.Lines(strings.TrimPrefix(text, "\uFEFF")) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	begin := slices.Index(lines, "---- BEGIN SSH2 PUBLIC KEY ----")
	end := slices.Index(lines, "---- END SSH2 PUBLIC KEY ----")
	if begin < 0 || end < begin {
		return strings.Join(lines, "\n")
	}
	letters, comment, goesOn := "", "", false
	for _, line := range lines[begin+1 : end] {
		name, value, header := strings.Cut(line, ":")
		if header && strings.EqualFold(name, "comment") {
			comment = strings.Trim(strings.TrimSpace(value), `"`)
		}
		if !header && !goesOn {
			letters += line
		}
		goesOn = (header || goesOn) && strings.HasSuffix(line, `\`)
	}
	blob, err := base64.StdEncoding.DecodeString(letters)
	if err != nil {
		return text
	}
	public, err := ssh.ParsePublicKey(blob)
	if err != nil {
		return text
	}
	return public.Type() + " " + letters + " " + comment
}
