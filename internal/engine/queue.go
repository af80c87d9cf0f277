package engine

import "sync"

const (
	// warmAhead is how many executions at the head of the queue are read from the table at once, so that one
	// look serves many; half of them are left when it is time for the next.
	warmAhead = 256
	// warmBytes bounds the bodies of those, unless the first has more.
	warmBytes = 16 << 20
)

// queue is the executions that wait for a worker, oldest first, and the workers that wait for one. Who
// sat down last gets up first: its stack is still in the processor's caches, and only as many workers are
// touched as there is work for. Places are reserved before anything is put, so the queue is bounded by them.
//
// An execution whose call is on disk only is cold. It is given to nobody, and nobody overtakes it: when it
// comes near the head, chilly says that it is to be read.
type queue struct {
	mu     sync.Mutex
	line   []waiting
	head   int
	ready  int           // nobody before this index is cold
	paused bool          // nobody is given anything
	idle   []chan<- *job // each has room for one job
	chilly chan struct{} // holds one token
}

// waiting is an execution in the queue.
type waiting struct {
	job  *job
	cold *cold // when job is nil
}

// put gives a job to a worker, or lets it wait for one.
func (q *queue) put(j *job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if n := len(q.idle); n > 0 && q.head == len(q.line) && !q.paused {
		q.idle[n-1] <- j
		q.idle = q.idle[:n-1]
		return
	}
	q.add(waiting{job: j})
}

// putCold lets a cold execution wait.
func (q *queue) putCold(c *cold) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.add(waiting{cold: c})
}

// add puts one at the end. The lock is held.
func (q *queue) add(w waiting) {
	if q.head > len(q.line)/2 {
		rest := copy(q.line, q.line[q.head:])
		clear(q.line[rest:])
		q.line, q.head, q.ready = q.line[:rest], 0, q.ready-q.head
	}
	q.line = append(q.line, w)
	q.serve()
}

// seat gives a job that has its slot already to a worker, if one waits.
func (q *queue) seat(j *job) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := len(q.idle)
	if n == 0 {
		return false
	}
	j.seated = true
	q.idle[n-1] <- j
	q.idle = q.idle[:n-1]
	return true
}

// get returns the oldest job. When there is none to be had it is nil, and the next one comes through own.
func (q *queue) get(own chan<- *job) *job {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.paused || q.head == q.ready {
		q.idle = append(q.idle, own)
		return nil
	}
	j := q.take()
	q.look()
	return j
}

// take removes the oldest job. The lock is held.
func (q *queue) take() *job {
	j := q.line[q.head].job
	q.line[q.head] = waiting{}
	q.head++
	return j
}

// serve gives the jobs at the head to those who wait for one. The lock is held.
func (q *queue) serve() {
	for q.ready < len(q.line) && q.line[q.ready].job != nil {
		q.ready++
	}
	if q.paused {
		return
	}
	for n := len(q.idle); n > 0 && q.head < q.ready; n-- {
		q.idle[n-1] <- q.take()
		q.idle = q.idle[:n-1]
	}
	q.look()
}

// look says when cold executions have come near the head. The lock is held.
func (q *queue) look() {
	if q.ready == len(q.line) || q.ready-q.head >= warmAhead/2 {
		return
	}
	select {
	case q.chilly <- struct{}{}:
	default:
	}
}

// next returns the cold executions that are to be read now, if it is time for it and their bodies fit
// into room; the one at the head always does.
func (q *queue) next(room int64) []*cold {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.paused || q.ready-q.head >= warmAhead/2 {
		return nil
	}
	var list []*cold
	room = min(room, warmBytes)
	for _, w := range q.line[q.ready:min(q.ready+warmAhead, len(q.line))] {
		if w.job != nil {
			continue
		}
		if room -= w.cold.size; room < 0 && (len(list) > 0 || q.head < q.ready) {
			break
		}
		list = append(list, w.cold)
	}
	return list
}

// warm replaces the first cold executions by jobs, in their order. Nobody else does.
func (q *queue) warm(jobs []*job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for at := q.ready; len(jobs) > 0; at++ {
		if q.line[at].job == nil {
			q.line[at], jobs = waiting{job: jobs[0]}, jobs[1:]
		}
	}
	q.serve()
}

// pause keeps everybody back until resume.
func (q *queue) pause() {
	q.mu.Lock()
	q.paused = true
	q.mu.Unlock()
}

// resume ends a pause.
func (q *queue) resume() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.paused = false
	q.serve()
}
