package flows

// knownIf are the names that are surely known when n is true, or when it is false. A comparison with something unknown
// is false, so that a true one vouches for its names.
func (n *condNode) knownIf(truth bool) []string {
	switch n.op {
	case opKnown:
		if truth {
			return []string{n.name}
		}
	case opNot:
		return n.kids[0].knownIf(!truth)
	case opAnd, opOr:
		left, right := n.kids[0].knownIf(truth), n.kids[1].knownIf(truth)
		if (n.op == opAnd) == truth {
			return append(left, right...)
		}
		var both []string
		for _, name := range left {
			for _, other := range right {
				if name == other {
					both = append(both, name)
				}
			}
		}
		return both
	case opIn:
		if truth {
			return n.kids[0].names()
		}
	default:
		if truth {
			return n.names()
		}
	}
	return nil
}
