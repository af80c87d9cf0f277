package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"hookline.dev/hookline/internal/fault"
)

// MaxRow bounds the text of one row, in bytes. A record has at most 1 MiB as JSON; doubled quotes and
// escapes may make its text several times as long.
const MaxRow = 8 << 20

// Splitter splits a file into the texts of its rows, without parsing them.
type Splitter struct {
	format    Format
	delimiter byte
	in        *bufio.Reader
	buf       []byte
	header    []byte // of CSV: the header row
	single    bool   // the header has one column, so that an empty line is a row
	row, line int64
	opened    bool // the array has begun
	ended     bool // the array has ended
	comma     bool // the last element had a comma behind it
}

// RowText is one row as it stands in the file.
type RowText struct {
	Bytes []byte // without line end; good until the next call
	Row   int64  // from 1; the header is not counted
	Line  int64  // of the file, from 1, in which it begins
}

// NewSplitter begins a file. delimiter is only looked at for CSV, whose header is read here. Files in
// UTF-16 and CSV files without a header are refused with fault.Invalid.
func NewSplitter(r io.Reader, format Format, delimiter byte) (*Splitter, error) {
	c := &Splitter{format: format, delimiter: delimiter, in: bufio.NewReaderSize(r, 64<<10), line: 1}
	start, err := c.in.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		_, _ = c.in.Discard(3) // they were just seen
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
	cells, _ := splitCells(nil, c.header, delimiter) // NewReader reports what is wrong with it
	c.single = len(cells) == 1
	c.row = 0
	return c, nil
}

// Header is the header row of a CSV file as it stands there.
func (c *Splitter) Header() []byte { return c.header }

// Next returns the next row; io.EOF when there is none. Any other error ends the file: the reader's
// own, or fault.Invalid or fault.TooLarge when rows cannot be told apart any more.
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

// csv returns the next row of a CSV file. Empty lines are passed over, unless the file has a single
// column, where they are its null.
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

// record reads up to a line end that stands in no quotes.
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

// trimEnd cuts one line end off.
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
