package sqlite

// ticket is where a caller waits for the writer. It can be used again after each wait.
type ticket struct{ done chan error }

func newTicket() ticket { return ticket{done: make(chan error, 1)} }

func (t *ticket) settle(err error) { t.done <- err }

// size is that of members with a transaction of their own: it does not matter.
func (t *ticket) size() int { return 0 }

func (t *ticket) wait() error { return <-t.done }
