package engine

import "sync"

const (
	// warmAhead is how many jobs at the head of the queue are made warm at once, so that one look into the
	// table serves many; half of them are left when it is time for the next.
	warmAhead = 256
	// warmBytes bounds the bodies of those, unless the first has more.
	warmBytes = 16 << 20
)

// queue is the jobs that wait for a worker, oldest first, and the workers that wait for a job. Who sat
// down last gets up first: its stack is still in the processor's caches, and only as many workers are
// touched as there is work for. Places are reserved before a job is put, so the queue is bounded by them.
//
// A cold job, whose call is on disk only, is given to nobody, and nobody overtakes it: when it comes near
// the head, chilly says that it is to be made warm.
type queue struct {
	mu     sync.Mutex
	jobs   []*job
	head   int
	ready  int           // jobs before this index are warm
	paused bool          // nobody is given a job
	idle   []chan<- *job // each has room for one job
	chilly chan struct{} // holds one token
}

// put gives a job to a worker, or lets it wait for one.
func (q *queue) put(j *job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if n := len(q.idle); n > 0 && q.head == len(q.jobs) && !q.paused && !j.cold {
		q.idle[n-1] <- j
		q.idle = q.idle[:n-1]
		return
	}
	if q.head > len(q.jobs)/2 {
		rest := copy(q.jobs, q.jobs[q.head:])
		clear(q.jobs[rest:])
		q.jobs, q.head, q.ready = q.jobs[:rest], 0, q.ready-q.head
	}
	q.jobs = append(q.jobs, j)
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
	j := q.jobs[q.head]
	q.jobs[q.head] = nil
	q.head++
	return j
}

// serve gives the warm jobs at the head to those who wait for one. The lock is held.
func (q *queue) serve() {
	for q.ready < len(q.jobs) && !q.jobs[q.ready].cold {
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

// look says when cold jobs have come near the head. The lock is held.
func (q *queue) look() {
	if q.ready == len(q.jobs) || q.ready-q.head >= warmAhead/2 {
		return
	}
	select {
	case q.chilly <- struct{}{}:
	default:
	}
}

// cold returns those that are to be made warm next, if it is time for it and their bodies fit into room;
// the one at the head always does.
func (q *queue) cold(room int64) []*job {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.paused || q.ready-q.head >= warmAhead/2 {
		return nil
	}
	var list []*job
	room = min(room, warmBytes)
	for _, j := range q.jobs[q.ready:min(q.ready+warmAhead, len(q.jobs))] {
		if !j.cold {
			continue
		}
		if room -= j.size; room < 0 && (len(list) > 0 || q.head < q.ready) {
			break
		}
		list = append(list, j)
	}
	return list
}

// warm says that jobs of cold have been made warm.
func (q *queue) warm(list []*job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, j := range list {
		j.cold = false
	}
	q.serve()
}

// pause keeps jobs back until resume.
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
