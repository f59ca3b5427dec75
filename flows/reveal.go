package flows

import (
	"slices"
	"strings"
)

// halves are the two answers of a double reveal, as one of the two gets them.
type halves struct{ mine, theirs Offer }

// reveal gives p what both chose to share, each on a timer of their own at the same instant. Where one half is missing
// nothing happens. A half is for one reveal hour: whoever shares once it has begun, and be it between the two timers, is
// too late for it, or they alone would see both.
func (r *run) reveal(p *Person) {
	s, due := r.home(p), r.in.Timer.Due
	var cards [][]halves
	for _, mine := range s.Couple.Offers {
		if mine.By != p.ID || !mine.Until.Equal(due) {
			continue
		}
		i := slices.IndexFunc(s.Couple.Offers, func(o Offer) bool { return o.Key == mine.Key && o.By != p.ID && o.Until.Equal(due) })
		if i >= 0 {
			cards = addHalves(cards, halves{mine, s.Couple.Offers[i]})
		}
	}
	for _, pairs := range cards {
		p.Inbox = append(p.Inbox, r.jointCard(s, p, pairs))
	}
	if len(cards) > 0 {
		r.knockCards(p)
	}
}

// addHalves gives each pair a card of its own, but for those that open the same flow: it runs once, on all that its card shows.
func addHalves(cards [][]halves, x halves) [][]halves {
	i := slices.IndexFunc(cards, func(pairs []halves) bool {
		first := pairs[0].mine
		return x.mine.Opens != "" && first.Opens == x.mine.Opens && flowOfKey(first.Key) == flowOfKey(x.mine.Key)
	})
	if i < 0 {
		return append(cards, []halves{x})
	}
	cards[i] = append(cards[i], x)
	return cards
}

func flowOfKey(key string) string { return key[:max(0, strings.IndexByte(key, '/'))] }

// jointCard shows p both halves, their own first.
func (r *run) jointCard(s *State, p *Person, pairs []halves) Card {
	sum := r.ev.Seed.derive("joint", string(p.ID), pairs[0].mine.Key)
	card := Card{ID: hexOf(sum[:8]), Body: []Block{{Text: r.lib.word("joint_card")}}, Opens: pairs[0].mine.Opens}
	for _, x := range pairs {
		name := s.Couple.Names[x.theirs.By]
		if name == "" {
			name = r.lib.word("no_name")
		}
		card.Body = append(card.Body, Block{Text: x.theirs.Question},
			Block{Text: r.lib.word("joint_mine")}, Block{Text: x.mine.Words, Quote: true, Own: x.mine.Own},
			Block{Text: r.lib.word("joint_theirs", "name", name)}, Block{Text: x.theirs.Words, Quote: true, Own: x.theirs.Own})
		if card.Opens != "" {
			card.Both = append(card.Both, Half{Name: x.mine.Name, Mine: x.mine.Words, Theirs: x.theirs.Words})
		}
	}
	return card
}
