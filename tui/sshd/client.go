package sshd

import (
	"context"
	"io"

	"gatehouse/core"
	"gatehouse/tui/app"
)

// Client is one session of a connection as a runner sees it.
type Client struct {
	// Session is who signed in; nil at an open door, which asks nobody.
	Session *core.Session
	// Address is where the connection comes from, without the port: "192.0.2.7".
	Address string
	// Command is what was asked for, as it was sent; empty for the interface.
	Command string
	// Args are the words of Command, cut by Split as a shell does; nothing is expanded, and empty words stay.
	Args []string
	// Env holds what the client sent of the variables that are let in: LANG, LC_ALL, LC_CTYPE, TERM, COLORTERM, NO_COLOR,
	// TZ.
	Env map[string]string
	// In is what comes from the client. Out and Err go there; with a terminal a line feed becomes a line break.
	In       io.Reader
	Out, Err io.Writer
	// Terminal is set when the client asked for one.
	Terminal *Terminal
}

// Terminal is the terminal at the client's end.
type Terminal struct {
	Term string // the kind: "xterm-256color"
	// Width and Height are the size in cells when the session began, 1–500 by 1–200.
	Width, Height int
	// Sizes gets the newest size only; it is closed when the client is gone.
	Sizes <-chan app.Size
}

// Runner runs what a client asked for, and gives the exit code. It must return soon after ctx ends, which it does when
// the client is gone, its session has ended, or the server stops.
type Runner func(ctx context.Context, c *Client) int

// RunOptions are the options of the interface for the client's terminal. It must not be called without a terminal.
func (c *Client) RunOptions() app.RunOptions {
	env := make([]string, 0, len(c.Env)+1)
	for name, value := range c.Env {
		if name != "TERM" { // the terminal itself knows better
			env = append(env, name+"="+value)
		}
	}
	return app.RunOptions{
		Input: c.In, Output: c.Out, Environ: append(env, "TERM="+c.Terminal.Term), FPS: frames,
		Size: app.Size{Width: c.Terminal.Width, Height: c.Terminal.Height}, Sizes: c.Terminal.Sizes,
	}
}

// frames is how often a session looks for something to draw, in frames a second.
const frames = 30
