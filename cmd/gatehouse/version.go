package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// versionInfo says which program this is; commit and modified are known where the build recorded them.
type versionInfo struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Modified bool   `json:"modified,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func readVersion() versionInfo {
	v := versionInfo{Version: "(devel)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" {
		v.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Commit = s.Value
		case "vcs.modified":
			v.Modified = s.Value == "true"
		}
	}
	return v
}

func (m *Main) newVersion() *cobra.Command {
	return &cobra.Command{
		Use:         "version",
		Short:       "say which version this is",
		Args:        arguments(0, 0),
		Annotations: map[string]string{bare: "yes"},
		RunE: func(*cobra.Command, []string) error {
			v := readVersion()
			text := fmt.Sprintf("gatehouse %s (%s, %s)", v.Version, v.Go, v.Platform)
			if v.Commit != "" {
				text += " commit " + v.Commit
			}
			if v.Modified {
				text += ", modified"
			}
			return m.printDone(v, text)
		},
	}
}
