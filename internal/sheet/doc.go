// Package sheet reads and writes records as files: CSV, one JSON object per line (NDJSON), and a JSON array. It
// works row by row and keeps only one row in memory, however large the file is.
//
//	file ──Splitter──► rows as text ──Reader──► objects by field name, or why there is none
//	records ──Writer──► file
//
// CSV follows RFC 4180: a header row; cells in quotes if they contain the delimiter, quotes or line ends; quotes
// within a quoted cell doubled. Other delimiters are possible. A byte order mark is skipped. As in PostgreSQL's
// COPY, an empty cell without quotes is null and a quoted empty cell ("") is the empty string; in fields that are
// not text both are null. A cell is the value's exact text. Objects, arrays and all values of a json field are
// JSON.
//
// A malformed row does not stop the reading: the Reader returns it with the reason. If the rows can no longer be
// told apart, reading stops with an error.
//
// The package does not store records and does not check them against the rules of their collection. It needs the
// types of fields only to distinguish text from JSON.
package sheet
