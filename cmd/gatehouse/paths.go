package main

import "github.com/spf13/cobra"

// pathList names every file of the program. Database and Key, which seals secrets and signs checkpoints, are empty for
// a house in memory.
type pathList struct {
	Database string `json:"database,omitempty"`
	Key      string `json:"key,omitempty"`
	Config   string `json:"config"`
	Keymap   string `json:"keymap"`
	Log      string `json:"log"`
}

func (m *Main) newPaths() *cobra.Command {
	return &cobra.Command{
		Use:   "paths",
		Short: "say where the house, settings, keys and log are",
		Long:  `Says where the house, settings, keys and log are. Files need not exist yet.`,
		Args:  arguments(0, 0),
		RunE: func(*cobra.Command, []string) error {
			p := pathList{Config: m.configPath(), Keymap: m.keymapPath(), Log: m.logPath()}
			var err error
			if p.Database, err = databasePath(m.given.DB); err != nil {
				return err
			}
			database := "in memory, gone at the end"
			if p.Database != "" {
				database, p.Key = p.Database, m.keyFile(p.Database)
			}
			return m.printThing(p, []field{
				{"database", database},
				{"key", orDash(p.Key)},
				{"config", p.Config},
				{"keymap", p.Keymap},
				{"log", p.Log},
			})
		},
	}
}
