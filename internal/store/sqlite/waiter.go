package sqlite

// waiter is where a caller waits for the writer. It can be used again after each wait.
type waiter struct{ done chan error }

func newWaiter() waiter { return waiter{done: make(chan error, 1)} }

func (t *waiter) settle(err error) { t.done <- err }

// size is that of members with a transaction of their own: it does not matter.
func (t *waiter) size() int { return 0 }

func (t *waiter) wait() error { return <-t.done }
