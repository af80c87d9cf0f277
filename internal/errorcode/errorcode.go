package errorcode

import "slices"

// Area is where an error appears.
type Area string

// The areas.
const (
	Document Area = "document" // a problem in a workflow, collection or channel
	Call     Area = "call"     // the answer to a caller: the last part of a problem's type
	Gate     Area = "gate"     // the reason of a gate's verdict about a call
	Step     Area = "step"     // why a step or an execution failed
	Record   Area = "record"   // the rule that a record or a query broke
	Request  Area = "api"      // the answer of the management API: the last part of a problem's type
)

// Entry is one line of the catalogue.
type Entry struct {
	Area     Area   `json:"area"`
	Code     string `json:"code"`     // unique in its area
	Sentence string `json:"sentence"` // what is wrong, in general
	Cause    string `json:"cause"`    // the usual reason
	Next     string `json:"next"`     // what to do
}

// All returns the catalogue, by area.
func All() []Entry {
	return slices.Concat(documentCodes(), callCodes(), gateCodes(), stepCodes(), recordCodes(), requestCodes())
}

// Find returns the entry of a code.
func Find(area Area, code string) (Entry, bool) {
	for _, e := range All() {
		if e.Area == area && e.Code == code {
			return e, true
		}
	}
	return Entry{}, false
}

// entries builds the entries of an area from rows of code, sentence, cause and next step.
func entries(area Area, rows [][4]string) []Entry {
	out := make([]Entry, len(rows))
	for i, row := range rows {
		out[i] = Entry{Area: area, Code: row[0], Sentence: row[1], Cause: row[2], Next: row[3]}
	}
	return out
}
