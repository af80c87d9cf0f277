package query

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// lexer reads words from a query.
type lexer struct {
	text string
	at   int // offset of the next character
}

// word is a value as it was written.
type word struct {
	text   string
	quoted bool // a bare word may be a range or have a *
	at     int
}

// segment is a part of a field's name.
type segment = word

func (l *lexer) done() bool { return l.at >= len(l.text) }

// space reports whether the next character is white space.
func (l *lexer) space() bool {
	r, _ := utf8.DecodeRuneInString(l.text[l.at:])
	return unicode.IsSpace(r)
}

func (l *lexer) skipSpace() {
	for !l.done() && l.space() {
		_, n := utf8.DecodeRuneInString(l.text[l.at:])
		l.at += n
	}
}

// skipTerm skips to the next space that is not between quotation marks.
func (l *lexer) skipTerm() {
	for !l.done() && !l.space() {
		if l.text[l.at] == '"' {
			if _, ok := l.quoted(); ok {
				continue
			}
			l.at = len(l.text)
			return
		}
		_, n := utf8.DecodeRuneInString(l.text[l.at:])
		l.at += n
	}
}

// accept skips a character if it is the next one.
func (l *lexer) accept(c byte) bool {
	if l.done() || l.text[l.at] != c {
		return false
	}
	l.at++
	return true
}

// fieldName reads the name of a field up to its colon. If there is no colon, has is false and nothing is read: the term is
// a free text. ok is false if a quotation mark is not closed.
func (l *lexer) fieldName() (name []segment, has, ok bool) {
	start := l.at
	for {
		s := segment{at: l.at}
		if l.at > start && !l.done() && l.text[l.at] == '"' {
			if s.text, ok = l.quoted(); !ok {
				return nil, false, false
			}
			s.quoted = true
		} else {
			for !l.done() && !l.space() && !strings.ContainsRune(`.:,"`, rune(l.text[l.at])) {
				_, n := utf8.DecodeRuneInString(l.text[l.at:])
				l.at += n
			}
			s.text = l.text[s.at:l.at]
		}
		name = append(name, s)
		switch {
		case l.accept(':'):
			return name, true, true
		case l.accept('.'):
		default:
			l.at = start
			return nil, false, true
		}
	}
}

// word reads a value: what is between quotation marks, or everything up to a space or a comma. ok is false if a quotation
// mark is not closed.
func (l *lexer) word() (w word, ok bool) {
	w.at = l.at
	if !l.done() && l.text[l.at] == '"' {
		w.quoted = true
		w.text, ok = l.quoted()
		return w, ok
	}
	for !l.done() && !l.space() && l.text[l.at] != ',' && l.text[l.at] != '"' {
		_, n := utf8.DecodeRuneInString(l.text[l.at:])
		l.at += n
	}
	w.text = l.text[w.at:l.at]
	return w, true
}

// quoted reads what is between quotation marks. A backslash keeps the character after it as it is.
func (l *lexer) quoted() (string, bool) {
	var b strings.Builder
	for i := l.at + 1; i < len(l.text); i++ {
		switch c := l.text[i]; {
		case c == '"':
			l.at = i + 1
			return b.String(), true
		case c == '\\' && i+1 < len(l.text):
			i++
			b.WriteByte(l.text[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", false
}
