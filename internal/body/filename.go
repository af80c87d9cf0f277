package body

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// displayName returns the name of a file for display: without the folders that some senders put before it,
// without characters that control a terminal or change the text direction, and at most MaxFilename bytes long.
// It must never be used as a path. It sets file if only the long form is present.
//
// The long form, filename*, takes precedence over the short one (RFC 6266 section 4.3). Package mime does not
// decode a charset other than UTF-8 in it, so this function does. Invalid bytes become U+FFFD: a name that
// cannot be displayed is no reason to reject the file.
func (f *multipartForm) displayName(name, disposition string, file *bool) string {
	if long := parameter(disposition, "filename*"); long != "" {
		if text, ok := extended(long); ok {
			name, *file = text, true
		}
	} else if f.charset != nil {
		if text, bad := f.charset.decode(name); bad < 0 {
			name = text
		}
	}
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(replaceUnsafe, strings.ToValidUTF8(name, replacement))
	if name == "." || name == ".." {
		return ""
	}
	return truncate(name, MaxFilename)
}

// extended decodes charset'language'text (RFC 8187 section 3.2, RFC 2231 section 4).
func extended(s string) (text string, ok bool) {
	charset, rest, ok := strings.Cut(s, "'")
	if !ok {
		return "", false
	}
	if _, rest, ok = strings.Cut(rest, "'"); !ok {
		return "", false
	}
	cs, err := codecOf(charset, "")
	if err != nil {
		return "", false
	}
	text = unescape(rest, false)
	if cs == nil {
		return text, utf8.ValidString(text)
	}
	text, bad := cs.decode(text)
	return text, bad < 0
}

// replaceUnsafe replaces control characters, line separators and marks that change the text direction.
func replaceUnsafe(r rune) rune {
	if unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
		return '_'
	}
	return r
}

// truncate shortens s to at most the given number of bytes, at a character boundary.
func truncate(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
