package sheet

import (
	"mime"
	"path"
	"strings"

	"hookline.dev/hookline/internal/fault"
)

// Format is how a file holds records.
type Format string

// The formats.
const (
	CSV   Format = "csv"    // RFC 4180, with a header row
	Lines Format = "ndjson" // one JSON object a line
	Array Format = "json"   // one JSON array of objects
)

// Formats lists the formats by name.
func Formats() []string { return []string{string(CSV), string(Lines), string(Array)} }

// FormatOf finds the format by a file's name; "" when its ending says nothing.
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

// FormatOfType finds the format by a media type; "" when it is none of a sheet.
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

// Type is the media type of a format (RFC 7111 section 5.1 for CSV).
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

// Delimiter reads the name of a delimiter: one character, or tab. "" is the comma.
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
