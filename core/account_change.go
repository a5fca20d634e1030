package core

import (
	"context"
	"slices"
	"strings"
)

// RenameAccount changes the own name (AC1). The event does not hold it (AU13).
func (a *Actor) RenameAccount(ctx context.Context, name string) (Account, error) {
	var out Account
	err := a.do(ctx, attempt{action: "account.rename", subjects: []Ref{a.id.Ref()}}, func(c *change) error {
		if err := c.active(); err != nil {
			return err
		}
		clean, err := cleanName("name", name)
		if err != nil {
			return err
		}
		out = c.me
		if clean == out.Name {
			return nil
		}
		out.Name = clean
		out.Version++
		c.happened("account.rename", System, []Ref{out.ID.Ref()}, "", Change{Field: "name"})
		return c.Accounts().Put(out)
	})
	return out, err
}

// PreferencesPatch changes own preferences; nil leaves one as it is, the empty text goes back to the default.
type PreferencesPatch struct {
	Theme   *string // dark, light, contrast, mono
	Glyphs  *string // unicode, ascii
	Mouse   *string // on, off
	MailOff *bool
}

var (
	themes      = []string{"", "dark", "light", "contrast", "mono"}
	glyphStyles = []string{"", "unicode", "ascii"}
	mouseStates = []string{"", "on", "off"}
)

// SetPreferences changes the own settings of the interface and whether mails are sent. They are bookkeeping and stand
// in no audit log (AU14). Refused with invalid_value.
func (a *Actor) SetPreferences(ctx context.Context, p PreferencesPatch) (Account, error) {
	var out Account
	err := a.do(ctx, attempt{action: "account.preferences", subjects: []Ref{a.id.Ref()}, reads: true}, func(c *change) error {
		if err := c.active(); err != nil {
			return err
		}
		out = c.me
		for _, s := range []struct {
			field   string
			value   *string
			to      *string
			allowed []string
		}{
			{"theme", p.Theme, &out.Prefs.Theme, themes},
			{"glyphs", p.Glyphs, &out.Prefs.Glyphs, glyphStyles},
			{"mouse", p.Mouse, &out.Prefs.Mouse, mouseStates},
		} {
			if s.value == nil {
				continue
			}
			if !slices.Contains(s.allowed, *s.value) {
				return invalidValue(s.field, strings.Join(s.allowed[1:], ", ")+", or empty for the default")
			}
			*s.to = *s.value
		}
		if p.MailOff != nil {
			out.MailOff = *p.MailOff
		}
		if out.Prefs == c.me.Prefs && out.MailOff == c.me.MailOff {
			return nil
		}
		out.Version++
		return c.Accounts().Put(out)
	})
	return out, err
}

// invalidValue refuses a field with what it may be.
func invalidValue(field, allowed string) *Error {
	return refuse(ReasonInvalidValue, words{"field": fieldWord(field), "allowed": allowed}).field(field)
}
