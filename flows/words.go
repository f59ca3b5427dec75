package flows

import (
	"slices"
	"strings"
)

// RequiredTexts are the sentences that the engine itself says, with the holes each may have. They live in words.yaml;
// the checker demands every one (F02).
var RequiredTexts = map[string][]string{
	// labels of buttons
	"label_skip": nil, "label_open": nil, "label_share": nil, "label_keep": nil, "label_done": nil, "label_yes": nil, "label_no": nil,
	"label_undo": nil, "label_share_anyway": nil, "label_let_use": nil, "label_close": nil, "label_take_back": nil, "label_older": nil, "label_leave_it": nil,
	"label_stay": nil, "label_leave_quietly": nil, "label_leave_openly": nil, "label_item": {"n"},

	// the global words
	"help":               nil, // the page behind /help, the same for everybody
	"privacy":            nil, // the page behind /privacy
	"stopped":            nil, // after /stop: silence until /start
	"stopped_hint":       nil, // anything else said after /stop
	"started_again":      nil, // /start after /stop
	"already_started":    nil, // /start when all is set up: what can be done
	"start_first":        nil, // anything said before /start
	"left_flow":          nil, // /leave: the conversation under way is over
	"nothing_to_leave":   nil,
	"nothing_to_skip":    nil,
	"nothing_to_go_back": nil,
	"unknown_command":    nil,
	"nothing_to_answer":  nil, // words without an open question
	"too_deep":           nil, // a fourth conversation on top of three
	"no_cards":           nil, // /cards with nothing waiting
	"welcome_first":      nil, // a command before the welcome is over

	// inputs that answer nothing
	"closed_question":  nil,
	"not_read":         nil, // a file, a voice note, a place: never fetched
	"nothing_readable": nil, // empty, or nothing but signs that cannot be seen
	"apology":          nil, // our mistake; nothing is lost
	"flow_gone":        nil, // the conversation under way exists no more

	// re-prompts, one for each type
	"wrong_choice": {"options"},
	"wrong_scale":  {"options"},
	"wrong_multi":  {"options", "max"},
	"wrong_yes_no": {"options"},
	"wrong_text":   {"max"}, // too long
	"wrong_time":   nil,
	"wrong_zone":   nil,
	"wrong_number": {"from", "to"},
	"wrong_date":   nil,
	"zone_which":   nil, // several places have that clock
	"multi_more":   {"chosen"},

	// how values are shown
	"date_shown": {"day", "month", "year"},
	"minute_one": {"n"}, "minutes": {"n"}, "hour_one": {"n"}, "hours": {"n"}, "day_one": {"n"}, "days": {"n"}, // lengths of time

	// sharing
	"share_preview": {"name"}, // above the exact preview
	"card_from":     {"name"}, // first line of what the other gets
	"passed_on":     nil,      // after Share, with a button to undo it for a minute
	"kept":          nil,      // after Keep
	"share_hold":    nil,      // words that sound like danger: asked once more
	"undone":        nil,
	"undo_late":     nil,

	// a double reveal
	"together_preview": {"time"}, // above the exact preview
	"offered":          {"time"}, // after Share
	"not_yet":          {"time"}, // asked for before its instant
	"joint_card":       nil,      // first line of what each gets
	"joint_mine":       nil,
	"joint_theirs":     {"name"},

	// taking back, leaving, choosing
	"take_back_preview": nil,
	"taken_back":        nil,
	"left_openly":       {"name"}, // all that the other gets
	"item_line":         {"n", "text"},

	// records
	"label_more":           nil, // of what can be chosen from
	"record_line":          {"n", "text", "date"},
	"record_line_versions": {"n", "text", "date", "versions"},
	"record_untold":        nil, // stands for a field that nobody filled

	// pairing
	"no_name":           nil,      // stands for somebody who gave no name
	"pair_wrong":        nil,      // no such code; also for one that ran out, was used, or was taken back
	"pair_own":          nil,      // one's own code
	"pair_wait":         {"time"}, // too many wrong codes by this person
	"pair_wait_all":     nil,      // too many wrong codes by everybody
	"pair_confirm_wait": nil,      // said yes; the other has not, or not yet
	"pair_parked":       nil,      // a code came before the welcome was over
	"pair_link":         {"link"}, // below a code, where a link can bring it along

	// accounts
	"account_remove":  {"account"}, // asked once more
	"account_removed": nil,         // the last line there
	"account_news":    nil,         // a day after an account came, at all others: neutral, and by the clock
	"account_here":    {"app"},     // the account used now, in a list of them
	"label_remove":    nil,
	"app_telegram":    nil, "app_discord": nil, "app_web": nil, // what platforms are called
	"app_other": nil,

	// what a platform shows around a conversation
	"command_help": nil, "command_skip": nil, "command_back": nil, "command_leave": nil, "command_stop": nil, "command_privacy": nil,
	"command_start": nil, "command_cards": nil, // in the menu of commands
	"private_only":   nil, // said in a group: the one neutral line
	"label_write":    nil, // opens a form
	"form_title":     nil, // at most 45 characters
	"form_label":     nil, // at most 45 characters
	"pick_one":       nil, // in a closed list
	"was_away":       nil, // taps may have been lost; Open shows the question again
	"words_stay":     nil, // typed words that do not go to the other's app, which takes none
	"card_elsewhere": nil, // a card that cannot be shown in this app
	"typing_off":     nil, // a question for words, where the operator lets no words through
	"too_fast":       nil, // so many things at once that the last were not read
	"invited_only":   nil, // to a stranger, where only named people and those with a code come in
}

// word is an engine sentence with its holes filled, in one pass: what fills one hole is never read as another.
func (l *Library) word(key string, holes ...string) string {
	text := l.Words[key]
	if len(holes) == 0 {
		return text
	}
	pairs := slices.Clone(holes)
	for i := 0; i < len(pairs); i += 2 {
		pairs[i] = "{" + pairs[i] + "}"
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
