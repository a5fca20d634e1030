package sample

import (
	"testing"
	"time"
)

func TestSample(t *testing.T) {
	began := time.Now()
	took := time.Since(began)
	if took > time.Second {
		t.Error("judged")
	}
	if n := 3; n > 2 && time.Since(began) > 100 {
		t.Fatal("judged")
	}
	if took > time.Hour { // judged: the fault would be to wait for ever
		t.Error("excused")
	}
	if took > time.Second {
		t.Log("told")
	}
}
