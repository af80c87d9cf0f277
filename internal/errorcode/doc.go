// Package errorcode is the one catalogue of what can go wrong: a code for each kind of error, with a sentence, the usual
// cause, and what to do next. The API, the command line and the web UI show these texts beside the message of the
// particular error, which names the field and the value. Translations go by the code.
//
// A code belongs to an area. The part after the area is what other packages store: the code of a failed step, the reason
// of a gate's verdict, the rule that a record broke. Tests of those packages' consumers check that each of their codes is
// here.
//
// The package does not make errors and does not format messages.
package errorcode
