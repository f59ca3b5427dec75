package chart

import "rewoo/flows"

// look is how a box is drawn: one of a few looks, by what its step does for its person.
func look(n flows.GraphNode) string {
	switch flows.StepKind(n.Kind) {
	case flows.KAsk, flows.KPick:
		return "ask"
	case flows.KShare, flows.KTogether, flows.KOpen, flows.KClose, flows.KTakeBack, flows.KPart, flows.KRemove, flows.KPair, flows.KAccount:
		return "door"
	case flows.KSleep, flows.KBoth, flows.KWaitFor:
		return "wait"
	case flows.KChoose, flows.KCheck, flows.KDraw:
		return "choose"
	case flows.KSay, flows.KShow, flows.KList:
		return "say"
	case flows.KRun:
		return "flow"
	case flows.KSet, flows.KAdd, flows.KUpdate:
		return "note"
	case flows.KEnd:
		return "end"
	}
	return n.Kind // of what is no step
}

// entriesOf are what begins a flow, where a box does not already say so.
func entriesOf(n flows.GraphNode) []string {
	if n.Kind == flows.NodeBegin {
		return nil
	}
	return append([]string(nil), n.Entries...)
}
