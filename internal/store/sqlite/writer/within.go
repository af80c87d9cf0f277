package writer

import (
	"sync"
	"time"
)

// interruptInterval is the interval at which statements are interrupted once their time is over, because an interrupt
// between two statements stops neither.
const interruptInterval = 20 * time.Millisecond

// Within runs f and interrupts its statements after a time. over reports whether that happened. The transaction can
// only be rolled back then.
func (tx *Tx) Within(limit time.Duration, f func() error) (over bool, err error) {
	var mu sync.Mutex // guards the rest against the timer; once ended is set, nothing is interrupted
	ended := false
	var expire func()
	expire = func() {
		mu.Lock()
		defer mu.Unlock()
		if ended {
			return
		}
		over = true
		tx.c.Interrupt()
		time.AfterFunc(interruptInterval, expire)
	}
	timer := time.AfterFunc(limit, expire)
	defer func() {
		timer.Stop()
		mu.Lock()
		ended = true
		mu.Unlock()
	}()
	err = f()
	mu.Lock()
	defer mu.Unlock()
	return over, err
}
