// Package body turns the raw bytes of a call into values: a body by its content type, and a query
// string by the same rules as a form.
//
//	application/json, application/*+json   the JSON value itself, its text untouched and not copied
//	application/x-www-form-urlencoded      an object; brackets nest as in qs
//	multipart/form-data                    an object of its text fields, by the same key rules
//	text/*                                 a string
//	no body                                null, whatever the type says
//
// Everything else is refused as unsupported; so are files, XML, compressed bodies and charsets other
// than UTF-8, which are not built yet. A byte order mark at the start is no part of the data: it is
// skipped here and stays in the raw body.
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
