package collection

import (
	"encoding/hex"
	"strconv"

	"hookline.dev/hookline/internal/value"
)

// maxFileText is the largest length of each text in a file's description, in bytes.
const maxFileText = 1024

// files admits the description of a file from $context.files: name, filename, type, size, sha256. With Multiple
// it admits an array of them, or a single one. The content is in the blob store under its hash; the store must
// check that it exists. The cell is JSON with these members in this order.
func (f *Field) files(v value.Value) (Cell, *Violation) {
	if !f.Multiple {
		if v.Kind() == value.KindArray {
			return Cell{}, f.wrong("one file (take one of a list by [0], or give the field multiple: true)", v)
		}
		text, broken := f.file(nil, v)
		return Cell{Kind: CellText, Text: string(text)}, broken
	}
	if v.Kind() != value.KindArray {
		text, broken := f.file([]byte{'['}, v)
		return Cell{Kind: CellText, Text: string(append(text, ']'))}, broken
	}
	if n := v.Len(); n > MaxFiles {
		return Cell{}, &Violation{Code: CodeTooLarge, Field: f.Name, Message: f.Name + " has " + strconv.Itoa(n) +
			" files; a field takes " + strconv.Itoa(MaxFiles)}
	}
	text := []byte{'['}
	for element := range v.Elements() {
		if len(text) > 1 {
			text = append(text, ',')
		}
		var broken *Violation
		if text, broken = f.file(text, element); broken != nil {
			return Cell{}, broken
		}
	}
	return Cell{Kind: CellText, Text: string(append(text, ']'))}, nil
}

// file appends one file in canonical form.
func (f *Field) file(dst []byte, v value.Value) ([]byte, *Violation) {
	if v.Kind() != value.KindObject {
		return nil, f.wrong("a file as $context.files holds it: {name, filename, type, size, sha256}", v)
	}
	for name := range v.Members() {
		switch name {
		case "name", "filename", "type", "size", "sha256":
		default:
			return nil, f.badFile("has " + quote(clip(name)) + ", which no file of $context.files has")
		}
	}
	dst = append(dst, '{')
	for _, name := range []string{"name", "filename", "type"} {
		text, ok := v.Get(name).Str()
		if !v.Get(name).IsNull() && !ok || len(text) > maxFileText {
			return nil, f.badFile("has a " + name + " that is not a text of at most " + strconv.Itoa(maxFileText) + " bytes: " + describe(v.Get(name)))
		}
		dst = append(value.AppendQuoted(append(value.AppendQuoted(dst, name), ':'), text), ',')
	}
	size, ok := v.Get("size").Int()
	if !ok || size < 0 {
		return nil, f.badFile("has a size that is not a number of bytes: " + describe(v.Get("size")))
	}
	sum, _ := v.Get("sha256").Str()
	if !isSHA256(sum) {
		return nil, f.badFile("has a sha256 that is not one of 64 lower-case hex digits: " + describe(v.Get("sha256")))
	}
	dst = strconv.AppendInt(append(dst, `"size":`...), size, 10)
	return append(append(append(dst, `,"sha256":"`...), sum...), `"}`...), nil
}

// isSHA256 reports whether text is 32 bytes in lower-case hex.
func isSHA256(text string) bool {
	sum, err := hex.DecodeString(text)
	return err == nil && len(sum) == 32 && hex.EncodeToString(sum) == text
}

func (f *Field) badFile(why string) *Violation {
	return &Violation{Code: CodeFormat, Field: f.Name, Message: f.Name + " must be a file as $context.files holds it; this one " + why}
}

// Hashes returns the SHA-256 hashes, in hex, of the blobs that a cell of a file field refers to. It returns nil
// for other fields and for null.
func (f Field) Hashes(cell Cell) []string {
	if f.Type != File || cell.Kind != CellText {
		return nil
	}
	v := value.Trusted(cell.Text)
	if v.Kind() == value.KindObject {
		sum, _ := v.Get("sha256").Str()
		return []string{sum}
	}
	var sums []string
	for file := range v.Elements() {
		sum, _ := file.Get("sha256").Str()
		sums = append(sums, sum)
	}
	return sums
}
