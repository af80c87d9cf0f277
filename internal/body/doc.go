// Package body decodes the raw bytes of a call into values: a body according to its content type, and a query
// string by the same rules as a form.
//
//	application/json, application/*+json   the JSON value itself, its text unchanged and not copied
//	application/x-www-form-urlencoded      an object; brackets nest as in qs
//	multipart/form-data                    an object of its fields, by the same key rules; files are separate
//	application/xml, text/xml, *+xml       an object with the root element
//	application/cloudevents+json           the event's data; its attributes are separate
//	application/cloudevents-batch+json     an array of the events, unchanged
//	text/*                                 a string
//	no body                                null, whatever the type
//
// Every other type is rejected as unsupported. A byte order mark at the start is not part of the data: it is
// skipped, but stays in the raw body. A request may override the type of its body. It may also name the form
// field that contains the data as JSON; if the form has no such field, the form itself is the data.
//
// # Compressed bodies
//
// Content-Encoding gzip is decoded, up to the limit for the whole body and at most to MaxDecompressed. The raw
// body of a Context is the decompressed one. Several gzip members are concatenated, as in RFC 1952. Trailing
// bytes, a truncated body, other codings and several codings are rejected.
//
// # Charsets
//
// Text, JSON, forms and XML may use any charset of the Encoding Standard. The Content-Type names it. The
// charset field of a form and the charset of a part take precedence over the Content-Type, and a byte order
// mark takes precedence over all of them. XML may declare its own charset if nothing else names one. The raw
// body of a Context is then the text in UTF-8; that of a form is unchanged, because its escapes are decoded
// before the charset. An invalid byte is rejected, and the error contains its offset. Only filenames, which are
// just displayed, may contain U+FFFD instead.
//
// # Files
//
// Only parts of multipart/form-data are files: those with a filename, and those of the type
// application/octet-stream. Each goes to Files while it is read. A filename is for display only: folders are
// removed, control characters are replaced, its length is limited, and it is never used as a path. A part
// without a filename and without content is an empty file input and is dropped.
//
// # XML
//
//   - An element with only text is that text, even if it is empty: <a/> is "". Numbers stay strings.
//   - An element with attributes or children is an object: @name for an attribute, #text for text that is not
//     blank, all pieces joined, at the position of the first piece.
//   - Elements with the same name in one parent become an array, at the position of the first. Otherwise the
//     order is kept. An element that appears once is not an array.
//   - Namespace prefixes and declarations stay as written. CDATA is text; comments and processing instructions
//     are dropped.
//   - A document type is rejected, and with it every entity except the five of XML itself.
//
// # CloudEvents
//
// An event (version 1.0) has the same data in binary and in structured mode. A JSON value stays as it is. A
// string is decoded if datacontenttype is XML or a form; Base64 is also decoded if it is JSON or text.
// Everything else stays a string, so bytes of another type stay Base64. Attributes are strings. A call is in
// binary mode if it has the header ce-specversion; its Content-Type is then the attribute datacontenttype. The
// elements of a batch keep their attributes, because a call is one execution and several events have no common
// attributes. An event without a required attribute is rejected.
//
// # Keys of forms and queries
//
// The rules are those of the qs library (github.com/ljharb/qs), which NocoBase uses:
//
//   - a=1&a=2 is an array, and so are a[]=1 and a[0]=1. Indexes only define the order; gaps are closed.
//   - a[b]=1 is an object. An index of IndexBound or more is a name too, so a[999999999]=1 costs nothing. An
//     array that gets a name becomes an object with its indexes as names.
//   - A plain value for a name that already is an object becomes a member with the value true (a[b]=1&a=2). In
//     the opposite order, both are elements of an array (a=2&a[b]=1).
//   - a[][b]=1&a[][c]=2 is one element with two members.
//
// The differences keep data that qs would drop: a dot nests after a bracket (a[0].b=1), while a bare a.b is one
// key; a key whose brackets do not match is one plain key; a value without a name has the key ""; and input
// over a limit is rejected instead of truncated.
//
// The package does no I/O and does not know HTTP servers. The fault.Kind of an error tells what it means to a
// caller: Invalid (the bytes do not match their type), Unsupported or TooLarge.
package body
