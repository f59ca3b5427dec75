package flows

import "slices"

// versions is F16: the shape of a flow changes only together with its version, and a migration has a place for everything
// that the older version could be at. A flow whose file has other findings is left alone: mending them changes its shape.
func (c *flowCheck) versions(o LoadOptions) {
	found := map[string]bool{}
	for _, f := range c.log.all {
		found[f.File] = true
	}
	for _, f := range c.flows {
		if f.Name == "" || found[f.Pos.File] {
			continue
		}
		c.version(f, o)
		if f.Migrate != nil {
			c.migration(f)
		}
	}
}

// version compares a flow with what was stamped.
func (c *flowCheck) version(f *Flow, o LoadOptions) {
	own := slices.DeleteFunc(slices.Clone(c.lib.stamps[f.Name]), func(s *stamp) bool { return s.Foreign })
	pos := c.at(f, "version")
	if len(own) == 0 || own[len(own)-1].Version < f.Version {
		if o.Release && c.isOwn(f) {
			c.log.add("F16", pos, "run rewoo check --stamp --flows with its folder", "version %d of this flow is not stamped", f.Version)
		}
		return
	}
	last := own[len(own)-1]
	same, next := f.Shape == last.Shape, last.Version+1
	switch {
	case f.Version < last.Version && same:
		c.log.add("F16", pos, "raise version to "+itoa(last.Version), "version %d of this flow was there already", last.Version)
	case f.Version < last.Version:
		c.log.add("F16", pos, "raise version to "+itoa(next), "version %d of this flow was there already", last.Version)
	case !same:
		c.log.add("F16", pos, "raise version to "+itoa(next),
			"this flow does something else than what was stamped as version %d: sessions under way go by that", last.Version)
	}
}
