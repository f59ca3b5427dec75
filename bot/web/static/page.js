"use strict";

// The page itself: two phones that poll their messages, a clock, and a look under the bonnet. Whatever anybody wrote
// becomes text nodes, never markup.

const POLL = 1000; // ms between polls while the page is looked at
const SLOW = 10000; // and while it is not, and the longest while rewoo does not answer

const $ = (id) => document.getElementById(id);
const buttonsIn = (el) => [...el.querySelectorAll("button")];

// make builds an element; strings among its children become text.
function make(name, props = {}, ...children) {
  const el = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (key.includes("-") || key === "role") el.setAttribute(key, value);
    else el[key] = value;
  }
  el.append(...children);
  return el;
}

// ask calls the API. What it throws has a sentence for the person who looks at the page.
async function ask(path, body, signal) {
  let answer;
  try {
    answer = await fetch(path, body === undefined ? { signal } : {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("The page cannot reach rewoo. Is it still running? It keeps trying.");
  }
  let data = null;
  try {
    data = await answer.json();
  } catch { /* said below */ }
  if (answer.ok && data) return data;
  const err = new Error(data?.error?.text ?? `rewoo answered with something unexpected (${answer.status}).`);
  err.code = data?.error?.code;
  throw err;
}

// Times. The page's clock shows UTC, a phone the time where its person says they are.

const formats = new Map(); // zone → how a day and a time of day are written there
function formatsOf(zone) {
  if (!formats.has(zone)) {
    let known = zone;
    try {
      new Intl.DateTimeFormat("en-GB", { timeZone: zone });
    } catch {
      known = "UTC"; // a zone that this browser has not heard of
    }
    const make = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: known, ...options });
    formats.set(zone, {
      day: make({ weekday: "long", day: "numeric", month: "long", year: "numeric" }),
      hour: make({ hour: "2-digit", minute: "2-digit" }),
    });
  }
  return formats.get(zone);
}

// dayOf and hourOf put the parts together themselves, since browsers do not agree on the commas between them.
function dayOf(stamp, zone = "UTC") {
  const part = Object.fromEntries(formatsOf(zone).day.formatToParts(new Date(stamp)).map(({ type, value }) => [type, value]));
  return `${part.weekday} ${part.day} ${part.month} ${part.year}`;
}
const hourOf = (stamp, zone = "UTC") => formatsOf(zone).hour.format(new Date(stamp));
const cityOf = (zone) => zone.slice(zone.lastIndexOf("/") + 1).replaceAll("_", " ");
const friendly = (stamp) => `${dayOf(stamp)}, ${hourOf(stamp)}\u00a0UTC`;

// blocks parts what the bot said into paragraphs and quotes: every line of a person's own words starts with "> ".
function blocks(text) {
  const out = [];
  for (const line of text.split("\n")) {
    const quote = line.startsWith("> ") || line === ">";
    const words = quote ? line.slice(2) : line;
    const last = out.at(-1);
    if (last && last.quote === quote) last.lines.push(words);
    else out.push({ quote, lines: [words] });
  }
  return out.map(({ quote, lines }) => {
    const text = quote ? lines.join("\n") : lines.join("\n").replace(/^\n+|\n+$/g, "");
    return make(quote ? "blockquote" : "p", { className: quote ? "" : "text", dir: "auto" }, text);
  }).filter((el) => el.textContent !== "" || el.tagName === "BLOCKQUOTE");
}

class Phone {
  constructor(person) {
    this.name = person.name;
    this.rev = 0; // newest that a poll has seen
    this.shown = new Map(); // id → { rev, el }
    this.polling = null;
    this.arrived = 0; // bubbles of the bot since the page was opened
    this.following = true; // until the person scrolls up to read
    this.atEnd = true;

    const root = $("phone").content.firstElementChild.cloneNode(true);
    const find = (selector) => root.querySelector(selector);
    this.root = root;
    this.heading = find("h2");
    this.local = find(".local");
    this.zone = "UTC";
    this.face = find(".face");
    this.log = find(".log");
    this.hint = find(".hint");
    this.trouble = find(".trouble");
    this.form = find("form");
    this.box = find("textarea");
    this.menu = find(".menu");

    root.id = `phone-${this.name}`;
    root.dataset.person = this.name;
    this.heading.id = `title-${this.name}`;
    this.box.id = `text-${this.name}`;
    root.setAttribute("aria-labelledby", this.heading.id);
    find("label").htmlFor = this.box.id;
    this.label = find("label");
    this.face.textContent = this.name.toUpperCase();
    this.log.setAttribute("aria-busy", "true"); // what was said before is not read out anew
    this.setTitle(person.title);
    this.listen(find);
  }

  setTitle(title) {
    if (this.heading.textContent === title) return;
    this.heading.textContent = title;
    this.label.textContent = `Message on ${title}`;
    this.box.placeholder = "Message";
    this.log.setAttribute("aria-label", `Messages on ${title}`);
  }

  // setLocal shows the time where this phone's person is. Bubbles keep the time at which they came, told by that clock.
  setLocal(zone, now) {
    if (zone !== this.zone) {
      this.zone = zone;
      for (const stamp of this.log.querySelectorAll(".stamp")) stamp.textContent = hourOf(stamp.dateTime, zone);
    }
    const text = `${hourOf(now, zone)} in ${cityOf(zone)}`;
    if (this.local.textContent !== text) this.local.textContent = text;
  }

  listen(find) {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    let sent = false; // by the key that is down: some keyboards put in the line break nonetheless
    this.box.addEventListener("keydown", (event) => {
      sent = event.key === "Enter" && !event.shiftKey && !event.isComposing;
      if (!sent) return;
      event.preventDefault();
      this.send();
    });
    this.box.addEventListener("beforeinput", (event) => {
      if (sent && event.inputType === "insertLineBreak") event.preventDefault();
    });
    this.box.addEventListener("keyup", () => { sent = false; });
    find(".first").addEventListener("click", () => this.act(() => this.say("/start"), true));
    for (const chip of buttonsIn(this.menu)) {
      chip.addEventListener("click", () => {
        this.closeMenu();
        this.act(() => this.say(chip.textContent), true);
      });
    }
    this.log.addEventListener("scroll", () => {
      if (Math.abs(this.log.scrollTop - this.scrolled) < 2) return; // our own doing
      if (this.measure !== this.size()) return; // the layout's doing
      this.following = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 40;
      this.atEnd = this.following;
    });
    new ResizeObserver(() => { // the box grows, the phone is turned
      if (this.atEnd) this.scrollTo();
      else this.measure = this.size();
    }).observe(this.log);
    this.menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.menu.open) return;
      this.closeMenu();
      this.menu.querySelector("summary").focus();
    });
    this.menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.menu.contains(event.relatedTarget)) this.closeMenu();
    });
    document.addEventListener("pointerdown", (event) => {
      if (!this.menu.contains(event.target)) this.closeMenu();
    });
  }

  closeMenu() { this.menu.open = false; }

  say(text) { return ask(`/api/people/${this.name}/say`, { text }); }

  press(message, choice) { return ask(`/api/people/${this.name}/press`, { message, choice }); }

  // send empties the box at once, as phones do, and gives the words back if they did not get through.
  send() {
    const text = this.box.value;
    if (text.trim() === "") return;
    this.box.value = "";
    this.act(() => this.say(text), false).then((ok) => {
      if (!ok && this.box.value === "") this.box.value = text;
    });
  }

  // act does one thing to the bot and shows what came of it. With moveFocus, focus goes on to what can be done next.
  async act(what, moveFocus) {
    const from = document.activeElement;
    let ok = true;
    this.following = true;
    try {
      await what();
      this.trouble.textContent = "";
    } catch (err) {
      ok = err.code === "kept"; // it has arrived, if without an answer
      this.trouble.textContent = err.message;
    }
    await Promise.all(phones.map((phone) => phone.poll()));
    refresh();
    if (ok && moveFocus && (document.activeElement === from || document.activeElement === document.body)) this.focusNext();
    return ok;
  }

  // focusNext goes to the newest question that is open, else to the text box; on a touch screen, where that would bring
  // up the keyboard, to the list.
  focusNext() {
    const open = [...this.log.querySelectorAll(".choices:not(.closed)")].at(-1);
    const target = open?.querySelector("button") ?? (matchMedia("(pointer: coarse)").matches ? this.log : this.box);
    target.focus({ preventScroll: true });
  }

  // poll fetches what changed. Calls that overlap share one answer, and one more that begins after it.
  poll() {
    if (!this.polling) {
      this.polling = this.fetch().finally(() => { this.polling = null; });
      return this.polling;
    }
    this.again ??= this.polling.catch(() => {}).then(() => {
      this.again = null;
      return this.poll();
    });
    return this.again;
  }

  async fetch() {
    let data;
    try {
      data = await ask(`/api/people/${this.name}/messages?after=${this.rev}`);
    } catch (err) {
      lost(err);
      return;
    }
    found();
    const focused = this.log.contains(document.activeElement) && document.activeElement !== this.log;
    let first = null;
    for (const message of data.messages) {
      const el = this.show(message);
      if (!first || first.matches(".me")) first = el ?? first;
    }
    this.hint.hidden = this.shown.size > 0;
    if (focused && !this.log.contains(document.activeElement)) this.focusNext();
    const begun = this.log.getAttribute("aria-busy") === "true";
    if (first && this.following) this.scrollTo(begun ? null : first);
    this.log.setAttribute("aria-busy", "false");
  }

  // size tells one layout of the list from another.
  size() { return [this.log.clientWidth, this.log.clientHeight, this.log.scrollHeight].join(" "); }

  // scrollTo goes to the end, but no further than that the bubble can still be read from its top.
  scrollTo(bubble) {
    const end = this.log.scrollHeight - this.log.clientHeight;
    const top = bubble ? bubble.offsetTop - 16 : end;
    this.atEnd = top >= end;
    this.log.scrollTop = Math.max(0, Math.min(end, top));
    this.scrolled = this.log.scrollTop;
    this.measure = this.size();
  }

  // show puts a message on the phone, or changes it there. It returns the bubble if that is new.
  show(message) {
    this.rev = Math.max(this.rev, message.rev);
    const known = this.shown.get(message.id);
    if (known && known.rev >= message.rev) return null;
    let el = known?.el ?? null;
    if (message.deleted) {
      this.remove(el);
      el = null;
    } else if (el) {
      // Only the choices of a message ever change. The rest stays, so that nothing is read out twice.
      if (message.closed) el.querySelector(".choices")?.replaceWith(this.closed(message));
    } else {
      el = this.render(message);
      this.newDay(message.at);
      this.log.append(el);
      if (message.from === "bot") this.arrived++;
    }
    this.shown.set(message.id, { rev: message.rev, el });
    return known ? null : el;
  }

  newDay(at) {
    const day = dayOf(at, this.zone);
    if (day === this.day) return;
    this.day = day;
    this.log.append(make("p", { className: "day" }, day));
  }

  // remove takes a bubble away, and the day above it when nothing of that day is left.
  remove(el) {
    const day = el?.previousElementSibling;
    el?.remove();
    if (day?.matches(".day") && (!day.nextElementSibling || day.nextElementSibling.matches(".day"))) day.remove();
    this.day = [...this.log.querySelectorAll(".day")].at(-1)?.textContent;
  }

  render(message) {
    const mine = message.from === "me";
    const id = `message-${this.name}-${message.id}`;
    const bubble = make("div", { className: "bubble", id }, make("span", { className: "hidden" }, mine ? "You: " : "rewoo: "));
    if (mine) bubble.append(make("p", { className: "text", dir: "auto" }, message.text));
    else bubble.append(...blocks(message.text));
    if (message.image) bubble.append(make("img", { alt: message.image.alt, src: message.image.src }));
    bubble.append(make("time", { className: "stamp", dateTime: message.at, title: friendly(message.at) }, hourOf(message.at, this.zone)));
    const el = make("div", { className: `message ${message.from}` }, bubble);
    el.dataset.id = message.id;
    if (message.choices.length > 0) el.append(message.closed ? this.closed(message) : this.open(message, id));
    return el;
  }

  open(message, label) {
    const group = make("div", { className: "choices", role: "group", "aria-labelledby": label });
    for (const choice of message.choices) {
      const button = make("button", { type: "button", dir: "auto" }, choice.label);
      button.dataset.choice = choice.id;
      button.addEventListener("click", async () => {
        if (group.getAttribute("aria-busy") === "true") return; // a second tap while the first is on its way
        group.setAttribute("aria-busy", "true");
        await this.act(() => this.press(message.id, choice.id), true);
        group.setAttribute("aria-busy", "false");
      });
      group.append(button);
    }
    return group;
  }

  closed(message) {
    const group = make("div", { className: "choices closed", "aria-live": "off" }, make("span", { className: "hidden" }, "No longer open: "));
    for (const choice of message.choices) group.append(make("span", { dir: "auto" }, choice.label), " ");
    return group;
  }
}

// The clock

const phones = [];
let desk = null; // of who writes conversations: author.js
let moving = false;

async function move(button) {
  if (moving) return;
  moving = true;
  for (const b of buttonsIn(document.querySelector(".moves"))) b.setAttribute("aria-disabled", "true");
  $("status").textContent = "Moving the clock…";
  const before = phones.reduce((sum, phone) => sum + phone.arrived, 0);
  const happened = () => phones.reduce((sum, phone) => sum + phone.arrived, 0) - before;
  let said;
  try {
    if (button.dataset.move === "forward") {
      await ask("/api/clock", { forward: button.dataset.by });
      await look();
    } else {
      await untilSomething(happened);
    }
    const n = happened();
    said = n === 0 ? "Nothing happened." : n === 1 ? "One new message." : `${n} new messages.`;
  } catch (err) {
    said = err.message;
  }
  await look();
  for (const b of buttonsIn(document.querySelector(".moves"))) b.removeAttribute("aria-disabled");
  moving = false;
  $("status").textContent = said; // last: who hears it can move on
}

// untilSomething moves from one due row to the next, since many of them say nothing to anybody.
async function untilSomething(happened) {
  for (let i = 0; i < 50 && happened() === 0; i++) {
    const { fired } = await ask("/api/clock", { until: "next" });
    await look();
    if (fired === 0) return;
  }
}

const look = () => Promise.all([...phones.map((phone) => phone.poll()), refresh()]);

// The state, and under the bonnet

async function refresh() {
  try {
    const state = await ask("/api/state");
    found();
    setNow(state.now);
    for (const person of state.people) phones.find((phone) => phone.name === person.name)?.setTitle(person.title);
    const bonnet = await ask("/api/bonnet");
    for (const { person, zone } of bonnet.people) phones.find((phone) => phone.name === person)?.setLocal(zone, state.now);
    if ($("bonnet").open) lift(bonnet);
    desk?.stand(bonnet.tracks);
  } catch (err) {
    lost(err);
  }
}

function setNow(now) {
  if ($("now").dateTime === now) return;
  $("now").dateTime = now;
  $("now").textContent = friendly(now);
}

const when = (stamp) => (stamp ? friendly(stamp) : "");
const who = (name) => phones.find((phone) => phone.name === name)?.heading.textContent ?? "";

const columns = {
  tracks: [["Person", (t) => who(t.person)], ["Flow", (t) => t.flow], ["Step", (t) => t.step], ["Phase", (t) => t.phase], ["Expires", (t) => when(t.expires)]],
  timers: [["Person", (t) => who(t.person)], ["What", (t) => t.what], ["Due", (t) => when(t.due)], ["Flow", (t) => t.flow]],
  outbox: [["Person", (t) => who(t.person)], ["Id", (t) => t.id], ["Lane", (t) => t.lane], ["Queued", (t) => when(t.queued)]],
};
const lifted = {};

function lift(bonnet) {
  for (const [name, cols] of Object.entries(columns)) {
    const rows = bonnet[name].map((row) => cols.map(([, get]) => String(get(row) ?? "")));
    const key = JSON.stringify(rows);
    if (lifted[name] === key) continue; // leave a table alone that somebody may be reading
    lifted[name] = key;
    $(name).replaceChildren(rows.length ? table(name, cols, rows) : make("p", { className: "none" }, "None."));
  }
}

function table(name, cols, rows) {
  const head = make("tr", {}, ...cols.map(([title]) => make("th", { scope: "col" }, title)));
  const body = rows.map((row) => make("tr", {}, ...row.map((cell, i) => make("td", { "data-label": cols[i][0] }, cell))));
  return make("table", { "aria-labelledby": `${name}-title` }, make("thead", {}, head), make("tbody", {}, ...body));
}

// What happens when rewoo does not answer

let offline = false;

function lost(err) {
  if (offline) return;
  offline = true;
  $("status").textContent = err.message;
}

function found() {
  if (!offline) return;
  offline = false;
  $("status").textContent = "Here again.";
}

// The beginning

let timer;
let pause = POLL;

function tick() {
  clearTimeout(timer);
  look().finally(() => {
    pause = offline ? Math.min(2 * pause, SLOW) : POLL;
    clearTimeout(timer);
    timer = setTimeout(tick, document.hidden ? SLOW : pause);
  });
}

async function begin() {
  let state;
  try {
    state = await ask("/api/state");
  } catch (err) {
    lost(err);
    setTimeout(begin, POLL);
    return;
  }
  found();
  setNow(state.now);
  for (const person of state.people) {
    const phone = new Phone(person);
    phones.push(phone);
    $("phones").append(phone.root);
  }
  for (const button of buttonsIn(document.querySelector(".moves"))) button.addEventListener("click", () => move(button));
  if (state.author) desk = new Desk();
  $("bonnet").addEventListener("toggle", refresh);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) tick(); });
  tick();
}

begin();
