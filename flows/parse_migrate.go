package flows

import "strconv"

var migrateKeys = []string{"from", "steps", "answers"}

// migration reads how sessions of an older version go on in this one.
func (p *flowParser) migration(n *yamlNode) *Migration {
	if n == nil || !p.fields(n, "migrate", migrateKeys...) {
		return nil
	}
	p.missing(n, "migrate", "from")
	m := &Migration{Pos: n.pos, Steps: p.renames(n, "steps"), Answers: p.renames(n, "answers")}
	m.From, _ = p.number(n, "from", 1, 1_000_000)
	p.nodes[m] = n
	return m
}

// renames reads a mapping of old names to new ones.
func (p *flowParser) renames(n *yamlNode, key string) map[string]string {
	v := n.get(key)
	if v == nil {
		return nil
	}
	out := map[string]string{}
	if v.kind != yamlMap || len(v.pairs) == 0 {
		p.log.add("F01", v.pos, "write it like { old_name: new_name }", "%s of migrate must be a mapping", key)
		return out
	}
	for _, pair := range v.pairs {
		if p.isScalar(pair.val, key+" "+strconv.Quote(pair.key)) {
			out[pair.key] = pair.val.text
		}
	}
	return out
}
