// Package nodetest is the suite that every node kind passes, and the player of its golden stories.
//
//	func TestKind(t *testing.T) { nodetest.Run(t, condition.New()) }
//
// A story is a file testdata/*.txtar of the kind's folder. What stands before the first section is
// prose for the reader. Sections that go in, all YAML or JSON:
//
//	config   the node's config (required)
//	about    {key, branches, sync}: where the node stands
//	context  {data, headers, query, params, method, path, ip, rawBody, receivedAt}
//	nodes    results of earlier nodes, by key
//	scopes   {item, index, ...} of the loops around, by key
//	env      variables; every one of them counts as secret
//	now      the instant of the run, RFC 3339
//	records  what the store gives a kind that reads (RunReading): a list of records, the value of an
//	         aggregate, or as a text the reason why it refuses
//
// Sections that must come out, and no others:
//
//	problems  one line each, "path: message"; nothing is run then
//	input     the rendered input, exact JSON
//	holds     what the condition of a loop says
//	query     what was asked of the store
//	result    the result, exact JSON
//	branch    the branch that is entered
//	ends      succeeded, or "failed code: message"
//	until     the instant waited for
//	op        "create pushes", "upsert …", "all", "filter …", "ifUpdatedAt …", then the values
//	reply     the status, header lines, an empty line, the body
//	log       one line each, "level: text"
//	error     the error of Render ("template: …") or of Run ("code: message", "(final)",
//	          "(retry after 5s)")
//
// With UPDATE_STORIES=1 in the environment the sections that come out are written instead of
// compared. Stories named example*.txtar are printed in docs/reference/nodes.md.
//
// Only tests import this package.
package nodetest
