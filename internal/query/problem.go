package query

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"hookline.dev/hookline/internal/fault"
)

// Problem is one mistake in a query.
type Problem struct {
	Start, End int // its place in the text, in bytes
	Message    string
}

// Error returns the place, as the error that it is the cause of has the message.
func (p *Problem) Error() string { return fmt.Sprintf("bytes %d to %d of the query", p.Start, p.End) }

// maxProblems bounds the number of mistakes that one error has.
const maxProblems = 10

// Problems returns the mistakes that an error of Parse is about.
func Problems(err error) (list []Problem) {
	type several interface {
		error
		Unwrap() []error
	}
	if all, ok := errors.AsType[several](err); ok {
		for _, part := range all.Unwrap() {
			list = append(list, Problems(part)...)
		}
		return list
	}
	if p, ok := errors.AsType[*Problem](err); ok {
		list = append(list, *p)
	}
	return list
}

// fault returns a problem as an error that names the character, counted from 1.
func (p *Problem) fault(text string) error {
	at := utf8.RuneCountInString(text[:p.Start]) + 1
	e := fault.Field("query.Parse", "q", "at character %d: %s", at, p.Message)
	e.Err = p
	return e
}

// add records a problem.
func (p *parser) add(start, end int, format string, args ...any) {
	if len(p.problems) < maxProblems {
		p.problems = append(p.problems, &Problem{start, end, fmt.Sprintf(format, args...)})
	}
}

// err returns the problems as one error.
func (p *parser) err() error {
	switch len(p.problems) {
	case 0:
		return nil
	case 1:
		return p.problems[0].fault(p.text)
	}
	list := make([]error, len(p.problems))
	for i, x := range p.problems {
		list[i] = x.fault(p.text)
	}
	e := fault.New("query.Parse", fault.Invalid, "the query has %d mistakes; the first: %s", len(list), fault.Message(list[0]))
	e.Err = errors.Join(list...)
	return e
}
