package document

import (
	"math/big"
	"strings"

	"hookline.dev/hookline/internal/value"
)

// core resolves a plain YAML scalar by the core schema (YAML 1.2.2 section 10.3.2) to JSON text. It keeps the text
// of numbers where JSON allows it. Values that JSON cannot represent are problems, and so are numbers with leading
// zeros, because they are probably meant as text.
func core(text string) (kind value.Kind, json, problem string) {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return value.KindNull, "null", ""
	case "true", "True", "TRUE":
		return value.KindBool, "true", ""
	case "false", "False", "FALSE":
		return value.KindBool, "false", ""
	}
	if !strings.ContainsAny(text[:1], "+-.0123456789") {
		return value.KindString, quoted(text), ""
	}
	switch sign, rest := cutSign(text); rest {
	case ".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN":
		if rest[1]|0x20 == 'n' && sign != "" {
			break
		}
		return value.KindNull, "null", text + " has no JSON form; put it in quotes if it is text"
	}
	switch number := numberForm(text); {
	case number == notNumber:
		return value.KindString, quoted(text), ""
	case len(text) > maxNumber:
		return value.KindNull, "null", "the number is too long; put it in quotes if it is text"
	case number == based:
		n, _ := new(big.Int).SetString(text, 0)
		return value.KindNumber, n.String(), ""
	default:
		return decimal(text)
	}
}

type form uint8

const (
	notNumber form = iota
	based          // 0o17 0x1F
	plain
)

func numberForm(text string) form {
	switch {
	case len(text) > 2 && text[:2] == "0o" && strings.Trim(text[2:], "01234567") == "",
		len(text) > 2 && text[:2] == "0x" && strings.Trim(text[2:], "0123456789abcdefABCDEF") == "":
		return based
	case looksDecimal(text):
		return plain
	default:
		return notNumber
	}
}

// looksDecimal matches the core schema's [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
func looksDecimal(text string) bool {
	_, s := cutSign(text)
	whole, s := cutDigits(s)
	fraction := ""
	if strings.HasPrefix(s, ".") {
		fraction, s = cutDigits(s[1:])
	}
	if whole == "" && fraction == "" {
		return false
	}
	if s != "" && s[0]|0x20 == 'e' {
		_, s = cutSign(s[1:])
		exponent, rest := cutDigits(s)
		return exponent != "" && rest == ""
	}
	return s == ""
}

// decimal converts a decimal number to JSON with as few changes as possible.
func decimal(text string) (kind value.Kind, json, problem string) {
	sign, s := cutSign(text)
	if sign == "+" {
		sign = ""
	}
	whole, rest := cutDigits(s)
	if len(whole) > 1 && whole[0] == '0' {
		return value.KindNull, "null", text + " has a leading zero; put it in quotes if it is text, else drop the zero"
	}
	if whole == "" {
		whole = "0"
	}
	if strings.HasPrefix(rest, ".") {
		fraction, after := cutDigits(rest[1:])
		if fraction == "" {
			fraction = "0"
		}
		rest = "." + fraction + after
	}
	return value.KindNumber, sign + whole + rest, ""
}

func cutSign(s string) (sign, rest string) {
	if s != "" && (s[0] == '+' || s[0] == '-') {
		return s[:1], s[1:]
	}
	return "", s
}

func cutDigits(s string) (digits, rest string) {
	rest = strings.TrimLeft(s, "0123456789")
	return s[:len(s)-len(rest)], rest
}

func quoted(text string) string { return string(value.AppendQuoted(nil, text)) }
