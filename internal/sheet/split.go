package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"hookline.dev/hookline/internal/fault"
)

// MaxRow is the largest size of the text of one row, in bytes. A record has at most 1 MiB as JSON; doubled quotes
// and escapes can make its text several times as long.
const MaxRow = 8 << 20

// Splitter splits a file into the texts of its rows without parsing them. It must be used by one goroutine at a
// time.
type Splitter struct {
	format    Format
	delimiter byte
	in        *bufio.Reader
	buf       []byte
	header    []byte // the header row of a CSV file
	single    bool   // the header has one column, so an empty line is a row
	row, line int64
	opened    bool // the array has begun
	ended     bool // the array has ended
	comma     bool // the last element was followed by a comma
}

// RowText is the text of one row.
type RowText struct {
	Bytes []byte // without the line end; valid until the next call
	Row   int64  // from 1, without the header
	Line  int64  // line of the file in which it begins, from 1
}

// NewSplitter returns a Splitter for a file. It reads the header of a CSV file; delimiter is used only for CSV.
// The error is of kind fault.Invalid for files in UTF-16 and for CSV files without a header. The caller closes r.
func NewSplitter(r io.Reader, format Format, delimiter byte) (*Splitter, error) {
	c := &Splitter{format: format, delimiter: delimiter, in: bufio.NewReaderSize(r, 64<<10), line: 1}
	start, err := c.in.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		_, _ = c.in.Discard(3) // Peek has just seen them
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		return nil, fault.New("sheet.NewSplitter", fault.Invalid, "the file is UTF-16: save it as UTF-8")
	}
	if format != CSV {
		return c, nil
	}
	head, err := c.csv()
	switch {
	case errors.Is(err, io.EOF):
		return nil, fault.New("sheet.NewSplitter", fault.Invalid, "the file is empty: its first row must name the fields")
	case err != nil:
		return nil, err
	}
	c.header = bytes.Clone(head.Bytes)
	cells, _ := splitCells(nil, c.header, delimiter) // NewReader reports its errors
	c.single = len(cells) == 1
	c.row = 0
	return c, nil
}

// Header returns the text of the header row of a CSV file.
func (c *Splitter) Header() []byte { return c.header }

// Next returns the next row, or io.EOF after the last one. Any other error ends the reading. It is the error of
// the underlying reader, or of kind fault.Invalid or fault.TooLarge if the end of the row cannot be found.
func (c *Splitter) Next() (RowText, error) {
	switch c.format {
	case CSV:
		return c.csv()
	case Lines:
		return c.lines()
	default:
		return c.element()
	}
}

// csv returns the next row of a CSV file. It skips empty lines, unless the file has a single column: there an
// empty line is a null.
func (c *Splitter) csv() (RowText, error) {
	for {
		begin := c.line
		text, err := c.record()
		if err != nil {
			return RowText{}, err
		}
		if len(text) == 0 && !c.single {
			continue
		}
		c.row++
		return RowText{Bytes: text, Row: c.row, Line: begin}, nil
	}
}

// record reads up to the next line end outside of quotes.
func (c *Splitter) record() ([]byte, error) {
	begin := c.line
	c.buf = c.buf[:0]
	state := atStart
	for {
		piece, err := c.in.ReadSlice('\n')
		c.buf = append(c.buf, piece...)
		if len(c.buf) > MaxRow {
			return nil, fault.New("sheet.Next", fault.TooLarge,
				"the row that begins in line %d is longer than %d MiB: is a quote not closed?", begin, MaxRow>>20)
		}
		state = scan(state, piece, c.delimiter)
		ended := len(piece) > 0 && piece[len(piece)-1] == '\n'
		if ended {
			c.line++
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull), ended && state == inQuotes:
			continue
		case err != nil && !errors.Is(err, io.EOF):
			return nil, err
		case err != nil && len(c.buf) == 0:
			return nil, io.EOF
		case err != nil && state == inQuotes:
			return nil, fault.New("sheet.Next", fault.Invalid, "the row that begins in line %d has a quote that is not closed", begin)
		}
		return trimEnd(c.buf), nil
	}
}

// trimEnd removes one line end.
func trimEnd(text []byte) []byte {
	text = bytes.TrimSuffix(text, []byte("\n"))
	return bytes.TrimSuffix(text, []byte("\r"))
}

// lines returns the next line that is not blank.
func (c *Splitter) lines() (RowText, error) {
	for {
		begin := c.line
		c.buf = c.buf[:0]
		var err error
		for {
			var piece []byte
			piece, err = c.in.ReadSlice('\n')
			c.buf = append(c.buf, piece...)
			if len(c.buf) > MaxRow {
				return RowText{}, fault.New("sheet.Next", fault.TooLarge, "line %d is longer than %d MiB", begin, MaxRow>>20)
			}
			if !errors.Is(err, bufio.ErrBufferFull) {
				break
			}
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return RowText{}, err
		}
		c.line++
		if text := bytes.TrimSpace(c.buf); len(text) > 0 {
			c.row++
			return RowText{Bytes: text, Row: c.row, Line: begin}, nil
		}
		if err != nil {
			return RowText{}, io.EOF
		}
	}
}
