package audit

import (
	"fmt"
	"strconv"
	"strings"
)

// Mark is a place in the chain: the number and the hash of an entry. The zero Mark is the place before the first.
type Mark struct {
	Seq  int64
	Hash Hash
}

// String returns the mark as "NUMBER:HASH".
func (m Mark) String() string { return strconv.FormatInt(m.Seq, 10) + ":" + m.Hash.String() }

// ParseMark reads what String returns.
func ParseMark(text string) (Mark, bool) {
	number, hash, _ := strings.Cut(text, ":")
	seq, err := strconv.ParseInt(number, 10, 64)
	h, ok := ParseHash(hash)
	return Mark{seq, h}, err == nil && ok && seq >= 0 && strconv.FormatInt(seq, 10) == number
}

// Broken is the error of a chain that is not as it was written.
type Broken struct {
	Seq    int64  // the entry at which it shows
	Reason string // for people
}

// Error returns the reason.
func (b *Broken) Error() string { return fmt.Sprintf("entry %d: %s", b.Seq, b.Reason) }

// Chain checks entries, which are given to it in order. It is for one goroutine.
type Chain struct {
	last   Mark
	expect []Mark
	count  int64
}

// NewChain begins after an anchor.
func NewChain(anchor Mark) *Chain { return &Chain{last: anchor} }

// Expect makes Add and End check that the chain has an entry, whose mark was noted elsewhere. A mark that is older than
// the anchor cannot be checked and is ignored.
func (c *Chain) Expect(m Mark) {
	if m.Seq >= c.last.Seq {
		c.expect = append(c.expect, m)
	}
}

// Add checks the next entry. The error is a *Broken.
func (c *Chain) Add(e *Entry) error {
	switch {
	case e.Seq > c.last.Seq+1:
		return &Broken{c.last.Seq + 1, fmt.Sprintf("it is missing; the next one that is there is %d", e.Seq)}
	case e.Seq != c.last.Seq+1:
		return &Broken{e.Seq, fmt.Sprintf("it is out of order: it follows %d", c.last.Seq)}
	case e.Hash != e.HashAfter(c.last.Hash):
		return &Broken{e.Seq, "it was changed, or the one before it was: its hash does not fit"}
	}
	c.last, c.count = Mark{e.Seq, e.Hash}, c.count+1
	return c.noted(false)
}

// End checks that the chain ends at a head, and returns how many entries it has. The error is a *Broken.
func (c *Chain) End(head Mark) (int64, error) {
	switch {
	case head.Seq > c.last.Seq:
		return c.count, &Broken{c.last.Seq + 1, fmt.Sprintf("it is missing; the log was cut: it had entries up to %d", head.Seq)}
	case head.Seq < c.last.Seq:
		return c.count, &Broken{head.Seq + 1, "it was added without the server: the log's head is older"}
	case head != c.last:
		return c.count, &Broken{head.Seq, "its hash is not that of the log's head"}
	}
	return c.count, c.noted(true)
}

// Last returns the mark of the last entry that was added.
func (c *Chain) Last() Mark { return c.last }

// noted compares the marks of Expect that the chain has reached, or all of them at the end.
func (c *Chain) noted(all bool) error {
	for _, m := range c.expect {
		if m.Seq == c.last.Seq && m != c.last {
			return &Broken{m.Seq, "it is another one than was noted: the log was written anew"}
		}
		if all && m.Seq > c.last.Seq {
			return &Broken{c.last.Seq + 1, fmt.Sprintf("it is missing; an entry %d was noted", m.Seq)}
		}
	}
	return nil
}
