package config

// Config is a checked rewoo.yaml. Paths are absolute or relative to the working directory, as the file's own path was.
type Config struct {
	File     string // where it was read from
	Data     string // the folder of everything that is remembered
	Flows    string // a folder laid over the conversations that ship; "": none
	Telegram *Telegram
	Discord  *Discord
	People   People
	Operator Account // whoever runs the bot; zero: not named
	KeyFile  string  // "": none. As written: it may be credential:NAME
	Key      Secret  // 32 bytes; empty where there is no KeyFile
	Log      Log
}

// Telegram is a bot on Telegram.
type Telegram struct {
	TokenFile string // as written: it may be credential:NAME
	Token     Secret
	APIURL    string   // without a slash at its end; "": Telegram's own
	Webhook   *Webhook // nil: long poll
}

// Webhook is where Telegram brings updates to, instead of being asked for them.
type Webhook struct {
	Listen     string // host:port, behind a proxy that speaks TLS
	URL        string // what Telegram calls
	SecretFile string
	Secret     Secret // at least 32 characters
}

// Discord is a bot on Discord.
type Discord struct {
	TokenFile    string
	Token        Secret
	APIURL       string // "": Discord's own
	FreeText     bool   // questions for words of one's own are asked; see rule 16 in docs/operate.md
	Interactions *Interactions
}

// Interactions is where Discord brings taps and commands to, instead of the gateway.
type Interactions struct {
	Listen    string // host:port, behind a proxy that speaks TLS
	PublicKey string // 64 hex digits, from the Developer Portal
}

// Who may come in.
const (
	Named  = "named"  // the accounts that are named, and whoever holds a code from one of them
	Anyone = "anyone" // whoever finds the bot
)

// People says who may come in.
type People struct {
	OpenTo string // Named or Anyone
	Named  []Account
}

// Account is a person's account on a platform, written platform:number.
type Account struct{ Platform, User string }

func (a Account) String() string {
	if a == (Account{}) {
		return ""
	}
	return a.Platform + ":" + a.User
}

// Log says what the log holds, and how.
type Log struct {
	Level  string // debug, info, warn or error
	Format string // text or json
}

// Defaults is what holds where the file says nothing.
func Defaults() Config {
	return Config{Data: "data", People: People{OpenTo: Named}, Log: Log{Level: "info", Format: "text"}}
}
