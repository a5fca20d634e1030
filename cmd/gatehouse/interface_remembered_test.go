package main

import (
	"os"
	"path/filepath"
	"testing"
)

// access.md "Decided": where the remembered account cannot act any more, the interface says so and lets one choose.
func TestRememberedAccountThatCannotAct(t *testing.T) {
	p := onTTY(t, "", nil).await("Welcome to Gatehouse")
	p.write("ana@harbor.test\tAna Castro\tHarbor\r").await("[ Begin ]").write("\r").await("ana@harbor.test Support").quit()
	config := filepath.Join(p.home, "config/gatehouse/config.toml")
	if err := os.WriteFile(config, []byte("as = \"gone@harbor.test\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	onTTY(t, p.home, nil).await("Who are you?", "gone@harbor.test", "no account here", "Choose another", "ana@harbor.test").
		write("\r").await("Home", "ana@harbor.test Support").quit()
}
