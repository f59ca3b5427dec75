package flows

import (
	"slices"
	"time"
)

// flowCheck proves what a couple relies on, before they meet it. Each property has a function and a code of its own.
//
// One slip is meant to be one finding: where a name does not exist but one like it does, the checks go on with the one
// that was probably meant; where nothing is known, they assume the best.
type flowCheck struct {
	lib     *Library
	flows   []*Flow
	lists   []*List
	records []*RecordKind
	log     *findingLog
	nodes   map[any]*yamlNode
	view    bool // of a language: the steps are those of the base, and only what is said is looked at

	// found once, used by several checks
	graphs    map[*Flow]*flowGraph
	callers   map[*Flow][]*Step   // run steps
	follows   map[*Flow]bool      // is a follow-up of some item
	opened    map[*Flow][]opening // the share and together steps whose cards open it
	shares    map[*Flow][]string  // share steps in it and what it calls
	questions map[*Flow][]string  // questions in it and what it calls that can be shared
	waiting   map[*Flow]bool      // can wait
	always    map[*Flow]bool      // cannot end without having waited
	decides   map[*Flow]string    // a private name that may decide its result
	known     map[*Flow]*answeredCheck
	atHand    map[*Flow][]hand // of each step
	tried     int              // parts of conditions computed for F09
	counted   map[*Decl]bool   // scales and numbers that are computed somewhere, and may go beyond their ends
	telling   map[*Flow]string // a share step that decides its result
	drawn     map[*Item]drawnWords
	called    map[*Step][]*Flow
	renames   *string             // a flow that changes a name
	kinds     map[string]StepKind // of door steps, by their names in findings
	isOwn     func(*Flow) bool    // its file lies in the folder itself, not in the library below it

	// the longest waits: of a flow by result, and of a question's follow-ups
	longWays   map[*Flow]map[string]waitWay
	longFollow map[*Step]time.Duration
}

func (c *flowCheck) all() {
	c.graphs, c.callers, c.follows = map[*Flow]*flowGraph{}, map[*Flow][]*Step{}, map[*Flow]bool{}
	c.shares, c.questions, c.decides = map[*Flow][]string{}, map[*Flow][]string{}, map[*Flow]string{}
	c.kinds, c.opened = map[string]StepKind{}, map[*Flow][]opening{}
	c.waiting, c.always = map[*Flow]bool{}, map[*Flow]bool{}
	c.drawn, c.called, c.telling = map[*Item]drawnWords{}, map[*Step][]*Flow{}, map[*Flow]string{}
	c.atHand = map[*Flow][]hand{}
	c.known, c.counted = map[*Flow]*answeredCheck{}, map[*Decl]bool{}
	c.longWays, c.longFollow = map[*Flow]map[string]waitWay{}, map[*Step]time.Duration{}
	if c.view {
		c.viewTexts()
		return
	}
	c.who()
	c.starts()
	c.entrance()
	c.words()
	c.menu()
	c.dangerWords()
	c.facts()
	c.recordKinds()
	for _, l := range c.lists {
		c.listNames(l)
		c.thenSecrets(l)
	}
	calls := c.calls()
	c.callDepth(calls)
	c.stretches()
	c.followUps()
	c.accepted()
	for _, f := range c.flows {
		c.names(f)
		c.texts(f)
		c.conditions(f)
		c.optionMaps(f)
		c.ways(f)
		c.loops(f)
		c.waits(f)
		c.answered(f, c.boundAtStart(f))
		c.recordsAtHand(f)
		c.dead(f)
		c.doors(f)
		c.shareText(f)
		c.opens(f)
		c.opensKnock(f)
		c.snapshots(f)
		c.secrets(f)
		c.alike(f)
		c.fits(f)
		c.previews(f)
		c.shown(f)
	}
}

// at is the place of a part of something that was read: a key's value, as far as the path leads.
func (c *flowCheck) at(of any, path ...string) Pos {
	if n := c.nodes[of]; n != nil {
		return n.at(path...)
	}
	return Pos{}
}

// keyAt is the place of a key rather than of its value.
func (c *flowCheck) keyAt(of any, path ...string) Pos {
	n := c.nodes[of]
	for i, key := range path {
		if n == nil || n.kind != yamlMap {
			break
		}
		j := slices.IndexFunc(n.pairs, func(p yamlPair) bool { return p.key == key })
		if j < 0 {
			break
		}
		if i == len(path)-1 {
			return n.pairs[j].pos
		}
		n = n.pairs[j].val
	}
	return c.at(of, path...)
}

// flow finds a flow, or the one that was probably meant.
func (c *flowCheck) flow(name string) *Flow { return meant(name, c.lib.Flows) }

func (c *flowCheck) list(name string) *List { return meant(name, c.lib.Lists) }

func (c *flowCheck) answer(f *Flow, name string) *Decl { return meant(name, f.Answers) }

// meant finds a name, or the one like it.
func meant[T any](name string, known map[string]T) T {
	x, ok := known[name]
	if !ok && name != "" {
		x = known[nearest(name, keysOf(known))]
	}
	return x
}

// unknown reports a name that does not exist.
func (c *flowCheck) unknown(pos Pos, what, name string, known []string) {
	c.log.add("F02", pos, didYouMean(name, known), "%s %q does not exist", what, name)
}
