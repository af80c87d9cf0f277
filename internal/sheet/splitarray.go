package sheet

import (
	"errors"
	"io"

	"hookline.dev/hookline/internal/fault"
)

// element returns the next element of a JSON array. It follows strings and brackets only, so an
// element that is no JSON is told apart from the next one, and left to the Reader.
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
		return RowText{}, fault.New("sheet.Next", fault.Invalid, "line %d: a comma stands before the end of the array", c.line)
	case b == ']':
		return RowText{}, c.end()
	}
	return c.rest(b)
}

// rest reads an element that begins with b, up to the comma or bracket behind it.
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
			if c.comma = b == ','; !c.comma { // the next call finds the bracket again
				_ = c.in.UnreadByte() // it was just read
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

// end finds nothing but blanks behind the array.
func (c *Splitter) end() error {
	c.ended = true
	_, err := c.blank()
	if err == nil {
		return fault.New("sheet.Next", fault.Invalid, "there is something behind the end of the array, in line %d", c.line)
	}
	return err
}

// blank returns the next byte that is not blank.
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

// unfinished is the error of an array that breaks off.
func unfinished(err error) error {
	if errors.Is(err, io.EOF) {
		return fault.New("sheet.Next", fault.Invalid, "the file ends before its JSON array does")
	}
	return err
}
