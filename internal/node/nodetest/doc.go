// Package nodetest is the test suite that every node kind must pass, and runs its golden stories.
//
//	func TestKind(t *testing.T) { nodetest.Run(t, condition.New()) }
//
// A story is a file testdata/*.txtar in the kind's folder. The text before the first section is prose for the
// reader. Input sections, all YAML or JSON:
//
//	config   the node's config (required)
//	about    {key, branches, sync}: the position of the node
//	context  {data, headers, query, params, method, path, ip, rawBody, receivedAt}
//	nodes    results of earlier nodes, by key
//	scopes   {item, index, ...} of the enclosing loops, by key
//	env      variables; each of them counts as secret
//	now      the time of the run, RFC 3339
//	earlier  the progress of an earlier part of the step
//	records  what the store returns to a kind that reads (RunReading): a list of records, the value of an
//	         aggregate, or, as a text, the reason why it refuses
//
// Output sections. The play must produce exactly those in the file:
//
//	problems  one line each, "path: message"; the node is then not run
//	input     the rendered input, exact JSON
//	holds     the result of a loop's condition
//	query     the query that the store received
//	result    the result, exact JSON
//	branch    the branch to run
//	ends      succeeded, or "failed code: message"
//	progress  what the run leaves for the next part or attempt
//	until     the time until which the node waits, or at which it runs again
//	op        "create pushes", "upsert …", "all", "filter …", "ifUpdatedAt …", then the values
//	reply     the status, header lines, an empty line, the body
//	log       one line each, "level: text"
//	error     the error of Render ("template: …") or of Run ("code: message", "(final)",
//	          "(retry after 5s)")
//
// With UPDATE_STORIES=1 in the environment, the output sections are written instead of compared. Stories named
// example*.txtar are printed in docs/reference/nodes.md.
//
// Only tests import this package.
package nodetest
