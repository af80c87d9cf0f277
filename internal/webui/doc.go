// Package webui serves the web UI: the files that Vite builds from web/, embedded in the binary.
//
// The page itself, index.html, is the answer to every path that is no file, because the UI routes in the browser. It has a
// new nonce in each answer: its content security policy admits scripts and styles of this server, and those that bear the
// nonce. All other files have a hash of their content in their names, so browsers keep them for good. They are compressed
// when they are built; the server only chooses.
//
// A binary that was built without Node has no UI. It says so on a plain page. The API, the hooks and the command line work.
//
// The package knows nothing of the API, and the pages use the API as every other client does.
package webui
