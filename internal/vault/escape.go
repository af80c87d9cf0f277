package vault

import (
	"iter"
	"sort"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// escapes are a way to write characters of a text by others. The value is the byte that begins every escape.
type escapes byte

// The escapes below which secrets are found. They are separate, because a text may have the marks of one and mean the
// other.
const (
	ofStrings escapes = '\\' // in the strings of JSON, JavaScript and Go
	ofURLs    escapes = '%'
)

// read appends what the escape at the start of a text stands for and returns its length. A mark that begins no escape
// stands for itself.
func (e escapes) read(plain []byte, text string) ([]byte, int) {
	if e == ofURLs {
		return readPercent(plain, text)
	}
	return readBackslash(plain, text)
}

// decode replaces the escapes in a text, and tells each to note, which may be nil.
func (e escapes) decode(text string, note func(escape)) (plain string) {
	out := make([]byte, 0, len(text))
	for i := 0; ; {
		next := strings.IndexByte(text[i:], byte(e))
		if next < 0 {
			return string(append(out, text[i:]...))
		}
		out = append(out, text[i:i+next]...)
		i += next
		read := escape{plain: len(out), written: i}
		var n int
		out, n = e.read(out, text[i:])
		i += n
		read.plainEnd, read.writtenEnd = len(out), i
		if note != nil {
			note(read)
		}
	}
}

// escape is where one escape is, in the decoded text and in the text as it is written.
type escape struct{ plain, plainEnd, written, writtenEnd int }

// offsets are the escapes of a decoded text, in order.
type offsets []escape

// offsets decodes a text again, to map offsets in the decoded text.
func (e escapes) offsets(text string) (all offsets) {
	e.decode(text, func(one escape) { all = append(all, one) })
	return all
}

// start returns where the byte at a decoded offset begins, or the escape that it belongs to.
func (o offsets) start(i int) int {
	before := sort.Search(len(o), func(k int) bool { return o[k].plain > i })
	switch {
	case before == 0:
		return i
	case i < o[before-1].plainEnd:
		return o[before-1].written
	default:
		return o[before-1].writtenEnd + i - o[before-1].plainEnd
	}
}

// end returns where the byte before a decoded offset ends, or the escape that it belongs to.
func (o offsets) end(i int) int {
	before := sort.Search(len(o), func(k int) bool { return o[k].plain >= i })
	switch {
	case before == 0:
		return i
	case i < o[before-1].plainEnd:
		return o[before-1].writtenEnd
	default:
		return o[before-1].writtenEnd + i - o[before-1].plainEnd
	}
}

const (
	maxEscape = 12       // bytes of the longest escape, a surrogate pair of JSON
	maxRegion = 64 << 10 // bytes between the first and the last mark of a region, for patterns that are not longer
)

// regions returns the parts of a text in which a pattern, as it is written below this escape in at most longest bytes,
// may contain one. Every such pattern is whole in one of them. Regions are bounded, because decoding one needs several
// times its memory.
func (e escapes) regions(text string, s *search, longest int) iter.Seq[span] {
	reach := maxEscape * longest
	most := max(maxRegion, 4*reach)
	return func(yield func(span) bool) {
		before := longest
		first, end := e.next(text, 0, s)
		for first >= 0 {
			last, lastEnd, cut := first, end, false
			next, nextEnd := e.next(text, end, s)
			for next >= 0 && next-lastEnd < longest && !cut { // one pattern may have both
				last, lastEnd = next, nextEnd
				next, nextEnd = e.next(text, lastEnd, s)
				cut = last-first > most
			}
			after := longest
			if cut {
				after = reach
			}
			if !yield(span{max(0, first-before), min(len(text), lastEnd+after)}) {
				return
			}
			if before = longest; cut {
				before = reach // the next region is of the same group
			}
			first, end = next, nextEnd
		}
	}
}

// next returns the next escape that a pattern may have, or that may become an escape when it is decoded; start is
// negative if there is none. Most escapes are line breaks and quotes, which few secrets have.
func (e escapes) next(text string, from int, s *search) (start, end int) {
	var buf [utf8.UTFMax]byte
	for {
		at := strings.IndexByte(text[from:], byte(e))
		if at < 0 {
			return -1, -1
		}
		start = from + at
		plain, n := e.read(buf[:0], text[start:])
		for _, c := range plain {
			if s.has[c] || c == '\\' || c == '%' {
				return start, start + n
			}
		}
		from = start + n
	}
}

// readBackslash reads an escape of JSON, or of the languages whose strings resemble JSON's.
func readBackslash(plain []byte, text string) ([]byte, int) {
	if len(text) < 2 {
		return append(plain, text...), len(text)
	}
	switch c := text[1]; c {
	case 'u':
		r, ok := hexadecimal(text, 2, 4)
		if !ok {
			break
		}
		if low, ok := hexadecimal(text, 8, 4); ok && text[6:8] == `\u` {
			if whole := utf16.DecodeRune(r, low); whole != utf8.RuneError {
				return utf8.AppendRune(plain, whole), 12
			}
		}
		return utf8.AppendRune(plain, r), 6
	case 'U':
		if r, ok := hexadecimal(text, 2, 8); ok {
			return utf8.AppendRune(plain, r), 10
		}
	case 'x':
		if b, ok := hexadecimal(text, 2, 2); ok {
			return append(plain, byte(b)), 4
		}
	case 'b', 'f', 'n', 'r', 't', 'a', 'v':
		return append(plain, "\b\f\n\r\t\a\v"[strings.IndexByte("bfnrtav", c)]), 2
	}
	return append(plain, text[1]), 2
}

// readPercent reads an escape of a URL.
func readPercent(plain []byte, text string) ([]byte, int) {
	if b, ok := hexadecimal(text, 1, 2); ok {
		return append(plain, byte(b)), 3
	}
	return append(plain, '%'), 1
}

// hexadecimal reads n hexadecimal digits.
func hexadecimal(text string, at, n int) (rune, bool) {
	if len(text) < at+n {
		return 0, false
	}
	r, err := strconv.ParseUint(text[at:at+n], 16, 32)
	return rune(r), err == nil
}
