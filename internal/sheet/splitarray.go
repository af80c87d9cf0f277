package sheet

import (
	"errors"
	"io"

	"hookline.dev/hookline/internal/fault"
)

// element returns the next element of a JSON array. It follows only strings and brackets, so a malformed element
// is separated from the next one; the Reader reports it.
func (c *Splitter) element() (RowText, error) {
	if c.ended {
		return RowText{}, io.EOF
	}
	b, err := c.blank()
	if err != nil {
		return RowText{}, unfinished(err)
	}
	switch {
	case !c.opened && b != '[':
		return RowText{}, fault.New("sheet.Next", fault.Invalid, "the file must be one JSON array of objects; for one object a line use the format ndjson")
	case !c.opened:
		c.opened = true
		if b, err = c.blank(); err != nil {
			return RowText{}, unfinished(err)
		}
		if b == ']' {
			return RowText{}, c.end()
		}
	case b == ']' && c.comma:
		return RowText{}, fault.New("sheet.Next", fault.Invalid, "line %d: there is a comma before the end of the array", c.line)
	case b == ']':
		return RowText{}, c.end()
	}
	return c.rest(b)
}

// rest reads an element that begins with b, up to the comma or bracket after it.
func (c *Splitter) rest(b byte) (RowText, error) {
	begin, depth, inString := c.line, 0, false
	c.buf = c.buf[:0]
	for {
		switch {
		case inString:
			switch b {
			case '\\':
				c.buf = append(c.buf, b)
				next, err := c.byte()
				if err != nil {
					return RowText{}, unfinished(err)
				}
				b = next
			case '"':
				inString = false
			}
		case b == '"':
			inString = true
		case b == '{' || b == '[':
			depth++
		case depth == 0 && (b == ',' || b == ']'):
			c.row++
			if c.comma = b == ','; !c.comma { // leave the bracket for the next call
				_ = c.in.UnreadByte() // cannot fail: it was just read
			}
			return RowText{Bytes: c.buf, Row: c.row, Line: begin}, nil
		case (b == '}' || b == ']') && depth > 0:
			depth--
		}
		if c.buf = append(c.buf, b); len(c.buf) > MaxRow {
			return RowText{}, fault.New("sheet.Next", fault.TooLarge, "the element that begins in line %d is longer than %d MiB", begin, MaxRow>>20)
		}
		next, err := c.byte()
		if err != nil {
			return RowText{}, unfinished(err)
		}
		b = next
	}
}

// end checks that only white space follows the array. It returns io.EOF.
func (c *Splitter) end() error {
	c.ended = true
	_, err := c.blank()
	if err == nil {
		return fault.New("sheet.Next", fault.Invalid, "there is something behind the end of the array, in line %d", c.line)
	}
	return err
}

// blank returns the next byte that is not white space.
func (c *Splitter) blank() (byte, error) {
	for {
		b, err := c.byte()
		if err != nil || b != ' ' && b != '\t' && b != '\n' && b != '\r' {
			return b, err
		}
	}
}

func (c *Splitter) byte() (byte, error) {
	b, err := c.in.ReadByte()
	if b == '\n' {
		c.line++
	}
	return b, err
}

// unfinished returns the error for an array that ends early.
func unfinished(err error) error {
	if errors.Is(err, io.EOF) {
		return fault.New("sheet.Next", fault.Invalid, "the file ends before its JSON array does")
	}
	return err
}
