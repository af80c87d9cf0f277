// Package sheet reads and writes records as files: CSV, one JSON object a line (NDJSON), and a JSON
// array. It goes row by row and keeps one row in memory, however large the file is.
//
//	file ──Splitter──► rows as text ──Reader──► objects by field name, or why there is none
//	records ──Writer──► file
//
// CSV follows RFC 4180: a header row, cells in quotes where they hold the delimiter, quotes or line
// ends, a quote within quotes doubled. The delimiter may be another one. A byte order mark is skipped.
// Null and the empty string are told apart as PostgreSQL's COPY does: an empty cell without quotes is
// null, one with quotes ("") is the empty string. In fields that hold no text both are null. A cell is
// the value's exact text; objects and arrays, and whatever a json field holds, are JSON.
//
// A row that is not what it should be does not end the reading: it is handed out with its reason. A
// file that is no such file does.
//
// The package neither stores records nor checks them against the rules of their collection; it only
// needs the types of fields to tell text from JSON.
package sheet
