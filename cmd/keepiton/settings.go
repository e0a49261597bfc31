package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"time"

	"keepiton"
	"keepiton/locale"
)

// settings holds what an operator may set, one field a setting. Each is taken
// from its flag, else from KEEPITON_NAME in the environment, else from the
// file, else from its default. To add one, add a field: the flag, the
// environment name, the file key and the help come from its tags. Fields are
// string, bool, int or time.Duration.
type settings struct {
	Data    string `name:"data" default:"./keepiton-data" help:"folder that holds the record and everything else that is kept"`
	DB      string `name:"db" help:"postgres:// URL of the record; empty: SQLite inside the data folder"`
	BaseURL string `name:"base-url" help:"public address of the site without a slash at the end, such as https://keepiton.example, for links in exports, feeds and citations"`
	Listen  string `name:"listen" default:":8080" help:"address and port that serve and demo answer at"`
	Onion   string `name:"onion-listen" help:"second address and port, such as 127.0.0.1:8081, or unix:/run/keepiton/onion.sock, that only the onion service reaches: what comes in there has a lane of its own; empty: none"`
	AtOnion string `name:"onion-url" help:"address of the onion service, such as http://….onion, shown to senders, and to Tor Browser on https pages; empty: none"`
	Disk    string `name:"intake-disk" default:"5GB" help:"disk that sealed reports may fill, such as 500MB or 20GB; each lane has its share"`
	Days    int    `name:"intake-days" default:"180" help:"days after which a sealed report is destroyed, give or take a third, drawn at random for each"`
	Hearts  bool   `name:"heartbeats" help:"count the heartbeats of partners' probes by country and hour, so that their silence shows; what that tells a thief of the disk stands in docs/probe.md"`
	Contact string `name:"contact" help:"who hears of a weakness of this site, a mail address or an https address, for /.well-known/security.txt; empty: no such file"`
	Until   string `name:"contact-expires" help:"day until which the contact is good, such as 2027-03-01; empty: 90 days from any day on which it is read"`
	Press   string `name:"press-mail" help:"mail address of the press desk, for the pages for journalists; empty: they name none"`
	Phone   string `name:"press-phone" help:"phone of the press desk as it is dialled from abroad, such as '+254 20 000 000'"`
	Signal  string `name:"press-signal" help:"user name of the press desk on Signal, or its https://signal.me/ link"`
	PressK  string `name:"press-key" help:"file with the armored OpenPGP public key that mail to the press desk is encrypted to"`
	SMTP    string `name:"mail-listen" help:"address and port, such as :25, at which mail is taken by SMTP; empty: none"`
	LMTP    string `name:"lmtp-listen" help:"address and port, such as 127.0.0.1:2424, at which a mail server beside us hands mail over by LMTP; empty: none"`
	MailTo  string `name:"mail-to" help:"addresses that mail is taken for, parted by commas"`
	Clear   string `name:"mail-clear" default:"refuse" help:"what to do with mail that is not encrypted: refuse it with the address of the key page, or seal it at once"`
	Android string `name:"sms-android-secret" help:"signing key of android-sms-gateway, which posts to /intake/sms/android; better in the environment or the file than as a flag"`
	Kannel  string `name:"sms-kannel-secret" help:"what Kannel sends as key= to /intake/sms/kannel"`
	Rapid   string `name:"sms-rapidpro-secret" help:"what RapidPro sends as Authorization: Token SECRET, or key=, to /intake/sms/rapidpro"`

	AlertsKey     string        `name:"alerts-key" help:"file with the key that addresses of subscribers to alerts are stored under; empty: alerts.key inside the data folder. Keep it apart from backups of the database: both together tell the addresses"`
	AlertsWait    time.Duration `name:"alerts-wait" default:"2m" help:"how long a public change rests before people are told of it, so that a slip can be mended"`
	Relay         string        `name:"smtp" help:"mail server that alerts go out through, such as smtp://USER:PASSWORD@mail.example:587 (with STARTTLS) or smtps://…; better in the environment or the file than as a flag; empty: no alerts by mail"`
	MailFrom      string        `name:"mail-from" help:"sender of alerts, such as 'KeepItOn <alerts@keepiton.example>'"`
	DKIMKey       string        `name:"dkim-key" help:"file with the RSA or Ed25519 private key, in PEM, that alerts by mail are signed with (DKIM); large mail providers want it"`
	DKIMSelector  string        `name:"dkim-selector" help:"name under which its public key stands in DNS: SELECTOR._domainkey.DOMAIN"`
	DKIMDomain    string        `name:"dkim-domain" help:"domain that signs; empty: that of mail-from"`
	Mastodon      string        `name:"mastodon" help:"account of the campaign that posts alerts, such as https://mastodon.example/@keepiton; empty: none"`
	MastodonToken string        `name:"mastodon-token" help:"its access token with the scope write:statuses; better in the environment or the file than as a flag"`
	MastodonLangs string        `name:"mastodon-langs" default:"en" help:"languages that it posts in, parted by commas"`
	TelegramToken string        `name:"telegram-token" help:"token of the bot that posts alerts to channels on Telegram; better in the environment or the file than as a flag; empty: none"`
	TelegramChats string        `name:"telegram-chats" help:"channels and their languages, such as @keepiton_en:en,@keepiton_am:am"`
	HookLoop      bool          `name:"webhook-loopback" help:"for tests alone: lets webhooks go to this machine, and without TLS"`

	Feeds         string `name:"feeds" help:"feeds of measurements that serve watches, parted by commas, such as bgp: it fetches them, looks for disruptions at every five minutes, and brings candidates to the desk; empty: none"`
	DeskMail      string `name:"desk-mail" help:"mail addresses of the desk and their languages, parted by commas, such as desk@keepiton.example:fr, that hear of new candidates; they go out through smtp; empty: none"`
	FeedCountries string `name:"feed-countries" help:"countries, parted by commas, for feeds that are asked for one country at a time"`
	Collectors    string `name:"collectors" default:"rrc00" help:"collectors of routes that the feed bgp is read from, parted by commas; each costs gigabytes of traffic a day"`
	RISLive       bool   `name:"ris-live" help:"hears collectors of RIPE RIS live, seven minutes before their archive has it; the archive fills what broke off"`
	BMPListen     string `name:"bmp-listen" help:"address and port, such as :11019, at which routers of partners tell their routes by BMP, for the feed bmp; empty: none"`
	BMPFrom       string `name:"bmp-from" help:"addresses of such routers, parted by commas; empty: this machine and private networks. BMP knows no passwords"`

	Config string `name:"config" help:"settings file with lines of name = value; empty: keepiton.conf inside the data folder, if it is there"`
}

// parseSettings reads the settings and the command's own flags, which own may
// add to the set. Flags may stand before and after the other arguments; what
// is left is returned. An error here is wrong use.
func parseSettings(e *env, command string, args []string, own func(*flag.FlagSet)) (settings, []string, error) {
	var s settings
	set := flag.NewFlagSet(command, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	byName := map[string]reflect.Value{}
	v := reflect.ValueOf(&s).Elem()
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		byName[tag.Get("name")] = v.Field(i)
		define(set, v.Field(i).Addr().Interface(), tag.Get("name"), tag.Get("default"), tag.Get("help"))
	}
	if own != nil {
		own(set)
	}
	rest, err := parseAnywhere(set, args)
	if err != nil {
		return s, nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%w", err), "keepiton help "+command+" lists the flags")
	}
	given := map[string]bool{}
	set.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for name := range byName {
		if given[name] {
			continue
		}
		if text := e.getenv(envName(name)); text != "" {
			if err := set.Set(name, text); err != nil {
				return s, nil, keepiton.Errorf(keepiton.Invalid, "%s=%q: %w", envName(name), text, err)
			}
			given[name] = true
		}
	}
	if err := fromFile(set, byName, given, &s); err != nil {
		return s, rest, err
	}
	if err := loadLanguages(s); err != nil {
		return s, rest, err
	}
	return s, rest, nil
}

// loadLanguages takes the operator's own languages in. Where the data folder is
// no folder there are none, and the command that opens it says what is wrong.
func loadLanguages(s settings) error {
	if info, err := os.Stat(s.Data); err != nil || !info.IsDir() {
		return nil
	}
	folder := languagesFolder(s)
	if _, err := locale.Load(os.DirFS(folder)); err != nil {
		return keepiton.Hint(keepiton.Errorf(keepiton.CodeOf(err), "%s: %w", folder, err), "keepiton messages check FILE lists all that is wrong")
	}
	return nil
}

func define(set *flag.FlagSet, p any, name, def, help string) {
	switch p := p.(type) {
	case *string:
		set.StringVar(p, name, def, help)
	case *bool:
		set.BoolVar(p, name, def == "true", help)
	case *int:
		set.IntVar(p, name, 0, help)
	case *time.Duration:
		set.DurationVar(p, name, 0, help)
	default:
		panic(fmt.Sprintf("setting %s has a type that settings cannot read: %T", name, p))
	}
	if def != "" {
		// Not set.Set, which would make the default look like a given flag.
		if err := set.Lookup(name).Value.Set(def); err != nil {
			panic(fmt.Sprintf("setting %s: default %q: %v", name, def, err))
		}
	}
}

// envName is the environment's name of a setting: base-url is KEEPITON_BASE_URL.
func envName(name string) string {
	return "KEEPITON_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// parseAnywhere lets flags stand after other arguments, which package flag
// does not; after "--" everything is an argument.
func parseAnywhere(set *flag.FlagSet, args []string) (rest []string, err error) {
	for {
		if err := set.Parse(args); err != nil {
			return nil, err
		}
		left := set.Args()
		if used := len(args) - len(left); used > 0 && args[used-1] == "--" {
			return append(rest, left...), nil
		}
		if len(left) == 0 {
			return rest, nil
		}
		rest, args = append(rest, left[0]), left[1:]
	}
}

// fromFile sets what neither flag nor environment gave. A missing file is an
// error only when it was named.
func fromFile(set *flag.FlagSet, byName map[string]reflect.Value, given map[string]bool, s *settings) error {
	path, named := s.Config, s.Config != ""
	if !named {
		path = filepath.Join(s.Data, "keepiton.conf")
	}
	f, err := os.Open(path)
	if (errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)) && !named {
		return nil // whether the folder will do is for those who need it to say
	}
	if err != nil {
		return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "settings file: %w", err), "name a file that exists with --config, or leave it out")
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if _, known := byName[name]; !ok || !known {
			return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s line %d: no setting %q", path, n, name), "lines are name = value; keepiton help settings lists the names")
		}
		if given[name] {
			continue
		}
		if err := set.Set(name, value); err != nil {
			return keepiton.Errorf(keepiton.Invalid, "%s line %d: %s = %q: %w", path, n, name, value, err)
		}
	}
	return lines.Err()
}

// settingsHelp lists every setting with its explanation.
func settingsHelp() string {
	var b strings.Builder
	b.WriteString("Settings, from flag, environment or file, in this order:\n\n")
	t := reflect.TypeFor[settings]()
	for i := range t.NumField() {
		tag := t.Field(i).Tag
		fmt.Fprintf(&b, "  --%s  (%s)\n      %s", tag.Get("name"), envName(tag.Get("name")), tag.Get("help"))
		if def := tag.Get("default"); def != "" {
			fmt.Fprintf(&b, " (default %s)", def)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// contactUntil is the day until which the contact is good; zero: not said.
func (s settings) contactUntil() (time.Time, error) {
	if s.Until == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, s.Until)
	if err != nil {
		return time.Time{}, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "contact-expires: %q is not a day", s.Until), "write it as 2027-03-01")
	}
	return day, nil
}
