package core

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// What other systems, Windows above all, make of a text file, in words with what to do.
const (
	foreignEnds  = `the lines end with a carriage return and a line feed (CRLF), as Windows writes them; take the carriage returns out: tr -d '\r' <FILE >NEW`
	foreignMark  = "the file begins with a byte order mark (BOM), as some editors write it; take its three bytes out: tail -c +4 FILE >NEW"
	foreignUTF16 = "the file is in UTF-16, as some Windows programs write it; turn it into UTF-8: iconv -f UTF-16 -t UTF-8 FILE >NEW"
)

var byteOrderMark = []byte("\uFEFF")

// isUTF16 reports whether a text begins as UTF-16 does, with or without its mark.
func isUTF16(text []byte) bool {
	return bytes.HasPrefix(text, []byte{0xFF, 0xFE}) || bytes.HasPrefix(text, []byte{0xFE, 0xFF}) ||
		len(text) > 1 && (text[0] == 0) != (text[1] == 0)
}

// Pasted gives a text from a file or a pipe of another system as it is meant: without a byte order mark at its beginning,
// and with line feeds alone. Error: invalid_value for what is no UTF-8, with what to do.
func Pasted(field string, text []byte) (string, error) {
	switch {
	case isUTF16(text):
		return "", notText(field, foreignUTF16)
	case !utf8.Valid(text):
		return "", notText(field, "the text is not in UTF-8; turn it into that, such as with iconv -f ISO-8859-1 -t UTF-8 FILE >NEW")
	}
	return strings.ReplaceAll(strings.TrimPrefix(string(text), string(byteOrderMark)), "\r\n", "\n"), nil
}

func notText(field, what string) *Error {
	problem, next, _ := strings.Cut(what, "; ")
	return &Error{
		Code: CodeInvalid, Reason: ReasonInvalidValue, Field: field,
		Message: field + " cannot be read: " + problem + ".", Next: strings.ToUpper(next[:1]) + next[1:],
	}
}
