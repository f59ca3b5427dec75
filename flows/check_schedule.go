package flows

import "slices"

// schedule is F01 and F02 for a flow that comes by the clock: the facts that it goes by are there, and say when.
func (c *flowCheck) schedule(f *Flow) {
	pos := c.at(f, "start", "schedule")
	if spanFact(f.Start.Schedule) {
		c.clockFact(f.Start.Schedule, pos)
	} else if err := ParseSchedule(f.Start.Schedule); err != nil {
		c.log.add("F02", pos, `write person.checkin, or five fields like "0 20 * * 0"`, "schedule %q cannot be read", f.Start.Schedule)
	}
	if spanFact(f.Start.Days) {
		c.dayFact(f.Start.Days, c.at(f, "start", "days"))
	}
}

func (c *flowCheck) scopeNames(name string) []string {
	if own(name) {
		return scoped("person.", keysOf(c.lib.Person))
	}
	return scoped("couple.", keysOf(c.lib.Couple))
}

// clockFact is a fact of type time. One of a couple needs a value, for nothing sets one.
func (c *flowCheck) clockFact(name string, pos Pos) {
	switch d := c.lib.factDecl(name); {
	case d == nil:
		c.unknown(pos, "fact", name, c.scopeNames(name))
	case d.Type != Time && d.Type != "":
		c.log.add("F01", pos, "name a fact of type time", "%s is %s, not a time of day", name, typePhrase(d))
	case d.Type == Time && d.Default.S == "" && !own(name) && d.Derived == "":
		c.log.add("F02", pos, `give it a default, like "18:00", in couple.yaml`, "%s has no value, and nothing sets one", name)
	}
}

// dayFact is a choice, or a choice of several, among the days of the week.
func (c *flowCheck) dayFact(name string, pos Pos) {
	d := c.lib.factDecl(name)
	switch {
	case d == nil:
		c.unknown(pos, "fact", name, c.scopeNames(name))
		return
	case d.Type == "":
		return
	case d.Type != OneOf && d.Type != Multi:
		c.log.add("F01", pos, "name a choice among mon, tue, wed, thu, fri, sat and sun", "%s is %s, not a day of the week", name, typePhrase(d))
		return
	case !d.Default.there() && !own(name):
		c.log.add("F02", pos, "give it a default, like sun, in couple.yaml", "%s has no value, and nothing sets one", name)
	}
	if i := slices.IndexFunc(d.Options, func(o Option) bool { return !slices.Contains(weekdays, o.ID) }); i >= 0 {
		c.log.add("F02", pos, "let its options be among mon, tue, wed, thu, fri, sat and sun", "%s can be %q, which is no day of the week", name, d.Options[i].ID)
	}
}
