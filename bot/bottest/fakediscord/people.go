package fakediscord

import (
	"regexp"
	"time"
)

// Person is somebody with an app. Their methods may be called from any goroutine.
type Person struct {
	f       *Fake
	ID      string
	Locale  string
	channel *channel
	blocked bool // 50007
	left    bool // 50278
}

// channel is the direct messages of the bot with one person.
type channel struct {
	id       string
	person   *Person
	messages []*message
	recent   []time.Time // of new messages of the bot, for the bucket
}

// User is the person with this id, which must be a snowflake. They have a server in common with the bot.
func (f *Fake) User(id string) *Person {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.user(id)
}

func (f *Fake) user(id string) *Person {
	p := f.people[id]
	if p == nil {
		p = &Person{f: f, ID: id, Locale: "en-US"}
		f.people[id] = p
	}
	return p
}

// dm opens the direct messages with p. f.mu is held.
func (f *Fake) dm(p *Person) *channel {
	if p.channel == nil {
		p.channel = &channel{id: f.snowflake(), person: p}
		f.channels[p.channel.id] = p.channel
	}
	return p.channel
}

// Say writes text to the bot, and gives the id of the message.
func (p *Person) Say(text string) string { return p.Post(text, nil) }

// Post writes to the bot; change may alter the message as it is delivered and kept: attachments, stickers, its type.
func (p *Person) Post(text string, change func(map[string]any)) string {
	p.f.mu.Lock()
	defer p.f.mu.Unlock()
	ch := p.f.dm(p)
	m := &message{id: p.f.snowflake(), author: p.ID, content: text, at: p.f.now(), change: change}
	ch.messages = append(ch.messages, m)
	p.f.dispatch("MESSAGE_CREATE", intentDM, p.f.messageJSON(ch, m))
	return m.id
}

// Block makes every send to them fail with 50007, and Unblock ends that. CloseDMs looks the same to a bot.
func (p *Person) Block()    { p.set(func() { p.blocked = true }) }
func (p *Person) CloseDMs() { p.Block() }

// Unblock lets the bot write again.
func (p *Person) Unblock() { p.set(func() { p.blocked = false }) }

// LeaveServer makes every send to them fail with 50278, and JoinServer ends that.
func (p *Person) LeaveServer() { p.set(func() { p.left = true }) }

// JoinServer is in a server with the bot again.
func (p *Person) JoinServer() { p.set(func() { p.left = false }) }

func (p *Person) set(change func()) {
	p.f.mu.Lock()
	defer p.f.mu.Unlock()
	change()
}

// Message is one message of the chat as its person sees it.
type Message struct {
	ID         string
	FromBot    bool
	Content    string
	Components []Component
	Flags      int
	Deleted    bool
	Edited     bool
	Ephemeral  bool // only they see it, until they close the app
	Loading    bool // "thinking …"
	Image      []byte
	Alt        string
	Nonce      string
}

// Messages gives all of them, oldest first.
func (p *Person) Messages() []Message {
	p.f.mu.Lock()
	defer p.f.mu.Unlock()
	if p.channel == nil {
		return nil
	}
	var out []Message
	for _, m := range p.channel.messages {
		out = append(out, m.seen())
	}
	return out
}

// Received gives the texts of the bot that they see.
func (p *Person) Received() []string {
	var out []string
	for _, m := range p.Messages() {
		if m.FromBot && !m.Deleted && !m.Loading {
			out = append(out, m.Content)
		}
	}
	return out
}

// Count is how many messages of the bot they got, deleted ones too.
func (p *Person) Count() (n int) {
	p.f.mu.Lock()
	defer p.f.mu.Unlock()
	if p.channel == nil {
		return 0
	}
	for i := len(p.channel.messages) - 1; i >= 0; i-- {
		if p.channel.messages[i].bot {
			n++
		}
	}
	return n
}

// Shown is what the app makes of content that is escaped as it has to be: a backslash before punctuation is not seen.
func Shown(content string) string { return escaped.ReplaceAllString(content, "$1") }

var escaped = regexp.MustCompile(`\\([[:punct:]])`)
