package mail

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"gatehouse/core"
)

// errAddress says that a mail cannot go to an address as it is written.
type addressError struct{}

func (addressError) Error() string { return "the address is not written like ana@example.test" }

// message writes the mail. Date is now, everything else is the same for every try.
func (m *Server) message(out core.Outgoing, now time.Time) (*gomail.Msg, error) {
	if !validAddress(out.Address) {
		return nil, addressError{}
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := msg.FromFormat("Gatehouse", m.from); err != nil {
		return nil, err
	}
	if err := msg.To(out.Address); err != nil {
		return nil, err
	}
	_, domain, _ := strings.Cut(m.from, "@")
	msg.SetMessageIDWithValue(out.MessageID + "@" + domain)
	msg.SetDateWithValue(now)
	msg.SetGenHeaderPreformatted(gomail.HeaderSubject, header(subject(out)))
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("List-Id", "<notifications.gatehouse."+domain+">")
	msg.SetBodyString(gomail.TypeTextPlain, m.body(out))
	return msg, nil
}

// subjectLetters bounds a subject line; what is behind it stands in the body.
const subjectLetters = 200

func subject(out core.Outgoing) string {
	if out.Digest() {
		return fmt.Sprintf("%d notifications from Gatehouse", len(out.Notices))
	}
	s := []rune(strings.TrimSpace(core.Visible(out.Notices[0].Subject)))
	if len(s) > subjectLetters {
		s = append(s[:subjectLetters-1], '…')
	}
	return strings.TrimSpace(string(s))
}

// piece is how many bytes of a text go into one encoded word: with its frame it is 75 letters long at most (RFC 2047).
const piece = 42

// header writes a text as the value of a header: as it is when it is plain ASCII, else in encoded words. What looks like an
// encoded word is encoded too, so that a name cannot show up as something else.
func header(s string) string {
	if !strings.Contains(s, "=?") && isPlain(s) {
		return s
	}
	var words []string
	for len(s) > 0 {
		n := min(piece, len(s))
		for n < len(s) && !utf8.RuneStart(s[n]) {
			n--
		}
		words = append(words, "=?UTF-8?B?"+base64.StdEncoding.EncodeToString([]byte(s[:n]))+"?=")
		s = s[n:]
	}
	return strings.Join(words, "\r\n ")
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// footer says which server the mail comes from, and how to have no more of them.
func (m *Server) footer() string {
	from := "Gatehouse"
	if m.address.Host != "" {
		from = "The Gatehouse server at " + m.address.String()
	}
	return "\n--\n" + from + " sent this because of what happens in your organizations and projects.\n" +
		"Your inbox there has it too; the account page switches mails off.\n"
}

// body writes the text of a mail. What people wrote is indented: none of it can look like a line of the template.
func (m *Server) body(out core.Outgoing) string {
	var b strings.Builder
	if out.Digest() {
		b.WriteString("More mails than an hour allows would have gone to you, so this one lists what waited:\n\n")
		for _, n := range out.Notices {
			b.WriteString("* " + n.Created.Time().Format("2006-01-02 15:04 MST") + "\n")
			indent(&b, n.Subject)
			b.WriteString(m.code(n))
		}
		return b.String() + m.footer()
	}
	n := out.Notices[0]
	indent(&b, n.Subject)
	if n.Body != "" {
		b.WriteString("\n")
		indent(&b, n.Body)
	}
	if text := m.code(n) + m.leads(n); text != "" {
		b.WriteString("\n" + text)
	}
	return b.String() + m.footer()
}

func indent(b *strings.Builder, text string) {
	for line := range strings.SplitSeq(text, "\n") {
		b.WriteString("  " + core.Visible(line) + "\n")
	}
}

// code hands an activation code over (AC19).
func (m *Server) code(n core.OutgoingNotice) string {
	if n.Activation == "" {
		return ""
	}
	return "Your activation code: " + n.Activation + "\n" +
		"It works once, until " + n.CodeExpires.Time().Format("2006-01-02 15:04 MST") + ".\n" +
		"Sign in over SSH with a key of yours, and you are asked for it" + m.address.line("") + ".\n"
}

// pages are the pages that notices lead to.
var pages = map[core.Kind]string{
	core.KindRequest: "request", core.KindProject: "project", core.KindOrganization: "org", core.KindMaintainer: "maintainer",
	core.KindVisit: "visit", core.KindTicket: "ticket", core.KindInvitation: "invitation",
}

// leads says where to go on: to the page that core found that its reader may open (N7).
func (m *Server) leads(n core.OutgoingNotice) string {
	page, ok := pages[n.Leads.Kind]
	switch {
	case n.Leads.Kind == core.KindAccount:
		page = "account"
	case !ok:
		return ""
	default:
		page = fmt.Sprintf("%s/%d", page, n.Leads.ID)
	}
	word := "See it"
	if n.Decide && n.Leads.Kind == core.KindRequest {
		word = "Decide"
	}
	if m.address.Host == "" {
		return word + " in Gatehouse, on the page " + page + "\n"
	}
	return word + m.address.line(" open "+page) + "\n"
}
