// Package app connects everything into one server. Only this package and the drivers know which stores, node
// kinds and listeners exist. It makes no decisions about calls and executions; ingress and engine do.
//
// # Start
//
// New acquires what must be exclusive, in this order, and releases it if a later step fails:
//
//	data directory ──► certificates ──► blobs and store (locks the directory) ──► lease ──► secrets ──► parts
//
// The lease comes from the store; its node number makes the ids of this process unique. At this point nothing
// is served and the engine has not started. Start then starts the parts one by one, each when the previous one
// is ready:
//
//	catalog            reads workflows from the store, then the documents of --workflows; gives the door its routes
//	accounts           creates the first admin from the settings, or makes a set-up link
//	engine             takes over what dead processes left, and begins to run
//	bulk actions       goes on with what was running
//	janitor            begins to delete old data
//	listener           the API, and the hooks unless they have a listener of their own
//	hooks listener     only with --hooks-listen
//	plain listener     only with --http-listen: ACME's challenge, redirects
//	addresses          only with ACME: tells it the bound ports
//	certificates       watches files, or gets certificates in the background
//	watch              only with --watch: reloads documents that change
//
// A call is therefore never accepted before its workflow is known and the engine can run it. When all parts
// run, /readyz answers 200 and server.json contains the addresses.
//
// # Stop
//
//	1  /readyz answers 503, and the door refuses new calls with 503 (Drain)
//	2  live views end, because the listener would wait for them
//	3  the parts stop in reverse order: the listeners wait for calls under way, then the engine lets every
//	   execution reach its next step and gives up its claims
//	4  script workers, certificates, and the store, which writes its log into the database
//
// Callers of sync workflows may wait for half of --shutdown-grace. Then HangUp answers them with 503, and their
// executions continue. When the context of Stop ends, listeners close their connections and the engine
// interrupts what runs. Nothing acknowledged is lost: the next start takes it over as after a crash.
//
// # What is concurrent
//
// Each listener has the goroutines of net/http: one that accepts, and one for each connection. connections.go and
// connection.go limit connections, bodydeadline.go limits the time of every body, framing.go closes connections on which
// a second request could be hidden, and halfclose.go lets callers close their sending side. The prober has at most one goroutine, which writes for /readyz (ready.go).
// files and directory have one goroutine each, which waits for changes. Reload may be called from there, from
// SIGHUP and from the API at the same time; the catalog serialises the calls.
//
// # What a crash leaves
//
// The store recovers by itself. server.json names addresses where nothing listens until the next start replaces
// it. The next start also removes the files that writeFile had not finished (sweep).
package app
