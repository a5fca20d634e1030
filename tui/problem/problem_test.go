package problem

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"gatehouse/core"
	"gatehouse/tui/keymap"
)

func TestFrom(t *testing.T) {
	refused := &core.Error{Code: core.CodeDenied, Message: "No.", Next: "Ask ana."}
	for _, c := range []struct {
		err  error
		want Problem
	}{
		{nil, Problem{}},
		{fmt.Errorf("deep: %w", refused), Problem{Message: "No.", Next: "Ask ana.", Denied: true}},
		{keymap.Disabled("Not here."), Problem{Message: "Not here."}},
		{context.DeadlineExceeded, Problem{Message: "This took too long.", Next: "Try again."}},
	} {
		if got := From(c.err); got != c.want {
			t.Errorf("From(%v) = %+v", c.err, got)
		}
	}
	if p := From(errors.New("disk secret /x")); !p.Internal || strings.Contains(p.Text(), "secret") {
		t.Errorf("foreign errors show their text: %+v", p)
	}
}
