package core

import (
	"bytes"
	"encoding/hex"
)

// This file checks what stands around the records of a dump: the line of the house and the end mark (X1).

// house checks the first line.
func (c *importCheck) house(name string, line []byte, put func(any) error) error {
	c.sum.Write(line)
	c.sum.Write([]byte{'\n'})
	if c.line > 1 {
		c.wrong("the house is the first line, and the only one of its kind")
		return nil
	}
	var h houseLine
	if name != lineHouse {
		c.wrong("the first line must be the house")
		return nil
	}
	if err := readJSON(line, &h); err != nil {
		c.wrong("%s", err)
		return nil
	}
	var again bytes.Buffer
	if err := writeJSON(&again, h); err != nil {
		return err
	}
	if h.Format != dumpFormat {
		c.wrong("the format is %d, but only %d is known", h.Format, dumpFormat)
	} else if err := sameLine(again.Bytes(), line); err != nil {
		c.wrong("%s", err)
	}
	for kind, n := range h.Counters {
		if n == 0 || n > maxNumber {
			c.wrong("the last number of %s is out of bounds", kind)
		}
	}
	c.counters = h.Counters
	if h.Settings.Demo {
		c.rules.now += Moment(h.Settings.Clock)
	}
	if c.faulty {
		return nil
	}
	if err := put(h.Counters); err != nil {
		return err
	}
	return put(h.Settings)
}

// end checks the end mark.
func (c *importCheck) end(line []byte) {
	c.ended = true
	var e endLine
	if err := readJSON(line, &e); err != nil {
		c.wrong("%s", err)
		return
	}
	var again bytes.Buffer
	if err := writeJSON(&again, e); err != nil {
		c.wrong("%s", err)
		return
	}
	if err := sameLine(again.Bytes(), line); err != nil {
		c.wrong("%s", err)
	}
	if e.Lines != c.line-1 {
		c.wrong("the end mark counts %d lines, but %d stand before it", e.Lines, c.line-1)
	}
	if e.SHA256 != hex.EncodeToString(c.sum.Sum(nil)) {
		c.wrong("the sum of the lines is another: the file was changed")
	}
}
