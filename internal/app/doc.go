// Package app joins everything into one server. Only it and the drivers themselves know which store, which node kinds
// and which listeners there are. It decides nothing about calls and executions: that is the work of ingress and engine.
//
// # Start
//
// New takes what must be exclusive, in this order, and releases it again when a later step fails:
//
//	data directory ──► certificates ──► blobs and store (locks the directory) ──► lease ──► secrets ──► parts
//
// The lease comes from the store; its node number makes the ids of this process unique. Nothing is served yet, and the
// engine has not begun. Start then starts the parts, each only when the one before it is ready:
//
//	catalog            reads workflows from the store, then the documents of --workflows; gives the door its routes
//	engine             takes over what dead processes left, and begins to run
//	janitor            begins to delete what is old
//	listener           the API, and the hooks unless they have a listener of their own
//	hooks listener     only with --hooks-listen
//	plain listener     only with --http-listen: ACME's challenge, redirects
//	addresses          only with ACME: tells it the bound ports
//	certificates       watches files, or gets certificates in the background
//	watch              only with --watch: reloads documents that change
//
// So a call is never accepted before its workflow is known and the engine can run it. When all run, /readyz
// answers 200 and server.json names the addresses.
//
// # Stop
//
//	1  /readyz answers 503, and the door refuses new calls with 503 (Drain)
//	2  live views end; the listener would wait for them
//	3  the parts stop in the opposite order: the listeners wait for calls under way, then the engine lets every
//	   execution reach its next step and gives up its claims
//	4  script workers, certificates, the store, which writes its log into the database
//
// Callers of sync workflows may wait for half of --shutdown-grace; then HangUp answers them with 503, and their
// executions go on. When the context of Stop ends, listeners close their connections and the engine interrupts what
// runs. Nothing that was acknowledged is lost then: the next start takes it over as after a crash.
//
// # What is concurrent
//
// Each listener has the goroutines of net/http: one that accepts, and one for each connection. Connections count
// against limits (connections.go); bodyDeadline limits the time of every body (bodydeadline.go); closeAmbiguous closes
// connections on which a second request could be hidden (framing.go). The prober has at most one goroutine,
// which writes for /readyz (ready.go). files and directory have one each, which waits for changes; Reload may be
// called from it, from SIGHUP and from the API at once, and the catalog orders them.
//
// # What a crash leaves
//
// The store's own recovery is enough. server.json names addresses where nobody answers, until the next start
// replaces it. Files that writeFile had not finished are removed by sweep at the next start.
package app
