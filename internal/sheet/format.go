package sheet

import (
	"mime"
	"path"
	"strings"

	"hookline.dev/hookline/internal/fault"
)

// Format is a file format for records.
type Format string

// The formats.
const (
	CSV   Format = "csv"    // RFC 4180, with a header row
	Lines Format = "ndjson" // one JSON object per line
	Array Format = "json"   // one JSON array of objects
)

// Formats returns the names of the formats.
func Formats() []string { return []string{string(CSV), string(Lines), string(Array)} }

// FormatOf returns the format for a file name, "" if its extension is unknown.
func FormatOf(name string) Format {
	switch strings.ToLower(path.Ext(name)) {
	case ".csv", ".tsv":
		return CSV
	case ".ndjson", ".jsonl":
		return Lines
	case ".json":
		return Array
	default:
		return ""
	}
}

// FormatOfType returns the format for a media type, "" if it is unknown.
func FormatOfType(contentType string) Format {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return ""
	}
	switch media {
	case "text/csv":
		return CSV
	case "application/x-ndjson", "application/ndjson", "application/jsonl":
		return Lines
	case "application/json":
		return Array
	default:
		return ""
	}
}

// Type returns the media type of a format (for CSV: RFC 7111, section 5.1).
func (f Format) Type() string {
	switch f {
	case CSV:
		return "text/csv; charset=utf-8; header=present"
	case Lines:
		return "application/x-ndjson"
	default:
		return "application/json"
	}
}

// Delimiter returns the delimiter with this name: one character, or tab. "" is the comma. Other names are an
// error of kind fault.Invalid.
func Delimiter(text string) (byte, error) {
	switch text {
	case "":
		return ',', nil
	case "tab", `\t`:
		return '\t', nil
	case ",", ";", "|", ":", "\t":
		return text[0], nil
	default:
		return 0, fault.Field("sheet.Delimiter", "delimiter", "%q is no delimiter: use , ; | : or tab", text)
	}
}
