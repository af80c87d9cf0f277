package engine //nolint:testpackage // the moment between a commit and its announcement cannot be reached from outside

import (
	"testing"

	"hookline.dev/hookline/internal/flow"
)

// TestTheEndOfAnEarlierRoundIsOldNews has the end of a round announced after the execution was retried:
// before and after the spectator knows how the execution stands.
func TestTheEndOfAnEarlierRoundIsOldNews(t *testing.T) {
	first := flow.Execution{ID: 1, Status: flow.Failed}
	queued := flow.Execution{ID: 1, Status: flow.Queued, Round: 1}
	second := flow.Execution{ID: 1, Status: flow.Succeeded, Round: 1}
	for name, play := range map[string]func(g *gallery, s *spectator){
		"it is told before the table answers": func(g *gallery, s *spectator) { g.tell(first); g.inform(s, queued); g.tell(second) },
		"it is told after it":                 func(g *gallery, s *spectator) { g.inform(s, queued); g.tell(first); g.tell(second) },
		"both are told before it":             func(g *gallery, s *spectator) { g.tell(first); g.tell(second); g.inform(s, queued) },
		"the table has the end":               func(g *gallery, s *spectator) { g.tell(first); g.inform(s, second) },
	} {
		g := &gallery{limit: 1}
		s := &spectator{id: 1, spoken: make(chan flow.Execution, 1), unsure: true}
		g.admit(s)
		play(g, s)
		select {
		case x := <-s.spoken:
			if x.Round != 1 || x.Status != flow.Succeeded {
				t.Errorf("%s: told %s of round %d", name, x.Status, x.Round)
			}
		default:
			t.Errorf("%s: told nothing", name)
		}
		if g.count.Load() != 0 {
			t.Errorf("%s: the spectator is left", name)
		}
	}
}
