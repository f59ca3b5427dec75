package flows

// tooOften counts how often a step is entered in one session, where it says how often it may be.
func (r *run) tooOften(f *Frame, st *Step) bool { return false }
