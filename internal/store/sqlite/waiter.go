package sqlite

// waiter is the channel on which a caller waits for its write. The writer or the syncer sends exactly one result;
// the buffer of one means that they never block. A waiter can be reused after each wait.
type waiter struct{ done chan error }

func newWaiter() waiter { return waiter{done: make(chan error, 1)} }

func (t *waiter) settle(err error) { t.done <- err }

// size returns 0: members with a transaction of their own do not share the byte limits.
func (t *waiter) size() int { return 0 }

func (t *waiter) wait() error { return <-t.done }
