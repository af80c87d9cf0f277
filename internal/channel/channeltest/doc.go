// Package channeltest is the test suite that every kind of channel over HTTP must pass, and plays its golden stories
// against a peer on loopback.
//
//	func TestKind(t *testing.T) {
//		channeltest.Run(t, func(c *outbound.Client) channel.Kind { return slack.New(c) })
//	}
//
// A story is a file testdata/*.txtar in the kind's folder. The text before the first section says what the story is
// about. Input sections, in JSON:
//
//	config   the channel's config; PEER stands for the peer's URL
//	env      variables; PEER stands for the peer's URL
//	message  {to, subject, text, html, attachments: [{name, type, content}]}
//
// and answer, which is what the peer answers: a status, headers, an empty line, a body. Without it the peer answers
// 200 with the kind's usual body, which Run is given. Output sections. The play must produce exactly those in the
// file:
//
//	problems  one line each, "path: message"; nothing is then sent
//	request   method and path, headers, an empty line, the body
//	result    the provider's answer as the channel returns it, JSON
//	error     "final: …", "retry: …" or "slower: …", with "(after 5s)"
//
// With UPDATE_STORIES=1 in the environment, the output sections are written instead of compared. Compare what is
// written with the provider's documentation.
//
// Only tests import this package.
package channeltest
