package cli

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// queryArgs is the query of a list. Its words are joined, so that a shell needs quotation marks only for spaces inside of them.
type queryArgs struct {
	Query []string `arg:"" optional:"" name:"query" help:"Only those that match: terms such as status:failed or since:1h, and texts."`
}

// queryHelp explains queries.
const queryHelp = "A query is a list of terms, and all of them must match. A term is FIELD:VALUE,VALUE,... or a text that is searched in the calls; " +
	"a minus before a term negates it (write -- before a first term with a minus). The fields are described in the documentation (queries); a wrong one is answered with those that there are."

func (q queryArgs) set(query url.Values) { set(query, "q", strings.Join(q.Query, " ")) }

// foundPage is a page of a list that was searched.
type foundPage struct {
	rawPage
	Cut     bool `json:"cut"`
	Skipped int  `json:"skipped"`
}

// The time that a search may take: one request, and all of them.
const (
	searchOnce  = time.Second
	searchWhole = 20 * time.Second
)

// search reads a page, and goes on where the server has stopped until the page is full or there is nothing more.
func (sys *system) search(server *client, path string, query url.Values, limit int) (whole foundPage, err error) {
	query.Set("search", strconv.FormatInt(searchOnce.Milliseconds(), 10))
	for end := sys.clock.Now().Add(searchWhole); ; {
		var page foundPage
		query.Set("limit", strconv.Itoa(limit-len(whole.Items)))
		if err := server.get(path, query, &page); err != nil {
			return whole, err
		}
		whole.Items, whole.Next, whole.Cut = append(whole.Items, page.Items...), page.Next, page.Cut
		whole.Skipped += page.Skipped
		if !page.Cut || len(whole.Items) >= limit || sys.clock.Now().After(end) {
			return whole, nil
		}
		query.Set("before", page.Next)
	}
}

// searched prints how to get the next page, and what was left out.
func (sys *system) searched(page foundPage) {
	if page.Skipped > 0 {
		fmt.Fprintf(sys.stderr, "%d bodies longer than 8 MiB were not searched\n", page.Skipped)
	}
	if page.Cut {
		fmt.Fprintf(sys.stderr, "The search was stopped after %v. Go on: --before %s\n", searchWhole, page.Next)
		return
	}
	sys.more(page.Next)
}
