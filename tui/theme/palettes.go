package theme

import "image/color"

func rgb(hex uint32) color.Color {
	return color.RGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xff}
}

// Background is the background that a theme was made for; the theme never paints it.
func Background(name string) color.Color {
	switch name {
	case Light:
		return rgb(0xfafafa)
	case HighContrast:
		return rgb(0x000000)
	}
	return rgb(0x16181d)
}

func darkTheme() [roles]Attrs {
	return [roles]Attrs{
		Faint:   {Fg: rgb(0x8b93a1)},
		Accent:  {Fg: rgb(0x7cc4ff), Bold: true},
		Heading: {Fg: rgb(0x9aa5b4)},
		Key:     {Fg: rgb(0xc3b1ff)},
		Border:  {Fg: rgb(0x5f6775)},
		Marker:  {Fg: rgb(0x7cc4ff), Bold: true},
		Marked:  {Fg: rgb(0xffd580)},
		Success: {Fg: rgb(0x8fd694)},
		Warning: {Fg: rgb(0xffc66d)},
		Danger:  {Fg: rgb(0xff8f88)},
		Info:    {Fg: rgb(0x8ad4e0)},
		Support: {Fg: rgb(0xf0a6d8)},
		Chip:    {Fg: rgb(0x16181d), Bg: rgb(0x7cc4ff)},
		Badge:   {Fg: rgb(0xffc66d), Bold: true},
		Strong:  {Bold: true},
		Button:  {Fg: rgb(0xb9c0cc)},
		Focus:   {Fg: rgb(0x16181d), Bg: rgb(0x7cc4ff), Bold: true},
	}
}

func lightTheme() [roles]Attrs {
	return [roles]Attrs{
		Faint:   {Fg: rgb(0x5c6470)},
		Accent:  {Fg: rgb(0x0057a8), Bold: true},
		Heading: {Fg: rgb(0x4c5563)},
		Key:     {Fg: rgb(0x5b35b0)},
		Border:  {Fg: rgb(0x8a919c)},
		Marker:  {Fg: rgb(0x0057a8), Bold: true},
		Marked:  {Fg: rgb(0x7a4b00)},
		Success: {Fg: rgb(0x1d6b27)},
		Warning: {Fg: rgb(0x8a4b00)},
		Danger:  {Fg: rgb(0xb3201a)},
		Info:    {Fg: rgb(0x00616e)},
		Support: {Fg: rgb(0x99257a)},
		Chip:    {Fg: rgb(0xffffff), Bg: rgb(0x0057a8)},
		Badge:   {Fg: rgb(0x8a4b00), Bold: true},
		Strong:  {Bold: true},
		Button:  {Fg: rgb(0x4c5563)},
		Focus:   {Fg: rgb(0xffffff), Bg: rgb(0x0057a8), Bold: true},
	}
}

func contrastTheme() [roles]Attrs {
	return [roles]Attrs{
		Plain:   {Fg: rgb(0xffffff)},
		Faint:   {Fg: rgb(0xd0d0d0)},
		Accent:  {Fg: rgb(0x66e0ff), Bold: true},
		Heading: {Fg: rgb(0xffffff), Bold: true, Underline: true},
		Key:     {Fg: rgb(0xffff66), Bold: true},
		Border:  {Fg: rgb(0xbfbfbf)},
		Marker:  {Fg: rgb(0xffff66), Bold: true},
		Marked:  {Fg: rgb(0xffff66), Bold: true},
		Success: {Fg: rgb(0x7dff8a), Bold: true},
		Warning: {Fg: rgb(0xffd24d), Bold: true},
		Danger:  {Fg: rgb(0xff9a94), Bold: true},
		Info:    {Fg: rgb(0x66e0ff)},
		Support: {Fg: rgb(0xffa6ea), Bold: true},
		Chip:    {Fg: rgb(0x000000), Bg: rgb(0xffff66), Bold: true},
		Badge:   {Fg: rgb(0xffd24d), Bold: true},
		Strong:  {Fg: rgb(0xffffff), Bold: true},
		Button:  {Fg: rgb(0xffffff)},
		Focus:   {Fg: rgb(0x000000), Bg: rgb(0xffff66), Bold: true},
	}
}

// monoTheme has no colour at all: bold, faint, underline and inverse only.
func monoTheme() [roles]Attrs {
	return [roles]Attrs{
		Faint:   {Faint: true},
		Accent:  {Bold: true},
		Heading: {Underline: true},
		Key:     {Bold: true},
		Border:  {Faint: true},
		Marker:  {Bold: true},
		Marked:  {Bold: true},
		Danger:  {Bold: true},
		Warning: {Bold: true},
		Chip:    {Invert: true},
		Badge:   {Bold: true},
		Strong:  {Bold: true},
		Focus:   {Invert: true, Bold: true},
	}
}
