// Package body turns the raw bytes of a call into values: a body by its content type, and a query
// string by the same rules as a form.
//
//	application/json, application/*+json   the JSON value itself, its text untouched and not copied
//	application/x-www-form-urlencoded      an object; brackets nest as in qs
//	multipart/form-data                    an object of its fields, by the same key rules; files beside it
//	application/xml, text/xml, *+xml       an object with the root element
//	application/cloudevents+json           the event's data; its attributes beside it
//	application/cloudevents-batch+json     an array of the events as they stand
//	text/*                                 a string
//	no body                                null, whatever the type says
//
// Everything else is refused as unsupported. A byte order mark at the start is no part of the data: it
// is skipped here and stays in the raw body. A request may name another type to read its body by,
// and the field of a form that holds the data as JSON; without that field the form itself is the data.
//
// # Compressed bodies
//
// Content-Encoding gzip is undone, under the cap for the whole body and not beyond MaxUnpacked; the raw
// body of a Context is what came out. Files one behind the other are one text, as RFC 1952 has it;
// anything else behind them, and a body that is cut off, is refused. So are other codings, and several.
//
// # Charsets
//
// Text, JSON, forms and XML may come in the charsets of the Encoding Standard. The charset is the one
// that the Content-Type names; the charset field of a form and the charset of a part go before
// that, a byte order mark goes before both, and XML may declare its own where none was named. The raw
// body of a Context is then the text in UTF-8, unless it is a form: escapes come before the
// charset there. A byte that means nothing is refused by its offset. Only names of files, which are
// shown and nothing else, may hold U+FFFD for such bytes.
//
// # Files
//
// Only the parts of multipart/form-data are ever files: those that name one, and those of the type
// application/octet-stream. Each goes to the taker of the files as it is read. What a caller says of a file is for showing:
// folders are cut off its name, control characters replaced, its length is bounded, and nothing of it
// ever is a path. A part without name and content is an input that nobody filled in; it vanishes.
//
// # XML
//
//   - An element with text alone is that text, also if it is empty: <a/> is "". Numbers stay text.
//   - An element with attributes or children is an object: @name for an attribute, #text for text
//     that is not blank, all pieces joined, where its first piece stood.
//   - Elements of the same name in one parent are an array, at the place of the first. Otherwise the
//     order stays. An element that stands there once is no array.
//   - Prefixes and declarations of namespaces stay as they are written. CDATA is text; comments and
//     processing instructions vanish.
//   - A document type is refused, and with it every entity but the five of XML itself.
//
// # CloudEvents
//
// An event (version 1.0) has the same data in binary and in structured mode: a JSON value stays as it
// is, a string or Base64 that datacontenttype calls XML, a form or, in Base64, JSON or text, is read
// as such. What is left stays a string: bytes of another type are their Base64. The attributes
// are texts. A call is in binary mode when it has the header ce-specversion; its Content-Type is the
// attribute datacontenttype. The elements of a batch keep their envelopes, because a call is one
// execution and several events have no attributes in common. An event that lacks what is required is refused.
//
// # Keys of forms and queries
//
// The rules are those of the qs library (github.com/ljharb/qs), which NocoBase uses:
//
//   - a=1&a=2 is an array, and so are a[]=1 and a[0]=1. Indexes only order: gaps close.
//   - a[b]=1 is an object. An index of IndexBound or more is a name too, so a[999999999]=1 costs
//     nothing; an array that meets a name becomes an object with its indexes as names.
//   - A plain value that meets an object under its own name becomes a member that is true
//     (a[b]=1&a=2); the other way round both stand in an array (a=2&a[b]=1).
//   - a[][b]=1&a[][c]=2 is one element with two members.
//
// Where we differ, nothing is lost that qs would drop: a dot nests after a bracket (a[0].b=1), while
// a bare a.b is one key; a key whose brackets do not match is one plain key; a value without a name
// stands under ""; and what is over a bound is refused instead of cut off.
//
// The package does no I/O and knows nothing of HTTP servers. What an error means to a caller is said
// by its fault.Kind: Invalid (the bytes are not what their type says), Unsupported, TooLarge.
package body
