"use strict";

// The side of the page for who writes conversations: see one, play it, save what was played, and what came of a change in a file.
// It uses page.js, which makes a Desk when there is something to show. Pictures come from rewoo as SVG; only shapes and text of
// them are taken.

const SVG = "http://www.w3.org/2000/svg";
const SHAPES = new Set(["svg", "g", "rect", "path", "line", "polyline", "polygon", "circle", "ellipse", "text", "tspan", "title", "desc", "defs", "marker"]);

// picture turns SVG into elements, or gives null.
function picture(text) {
  if (!text) return null;
  const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (root.localName !== "svg") return null;
  for (const el of [...root.querySelectorAll("*")]) if (!SHAPES.has(el.localName)) el.remove();
  for (const el of [root, ...root.querySelectorAll("*")]) {
    for (const { name } of [...el.attributes]) if (/^on|^style$|href$/i.test(name)) el.removeAttribute(name);
  }
  return document.importNode(root, true);
}

function shape(name, attrs, ...children) {
  const el = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attrs)) el.setAttribute(key, value);
  el.append(...children);
  return el;
}

const clockOf = (stamp) => new Date(stamp).toLocaleTimeString("en-GB");
const letter = (person) => person.toUpperCase();
const placeOf = (f) => `${f.file}:${f.line}:${f.column}`;

class Desk {
  constructor() {
    this.root = $("desk");
    this.flows = [];
    this.flow = null; // the one that is shown
    this.tracks = [];
    this.news = 0;
    this.root.hidden = false;
    this.root.addEventListener("toggle", () => {
      if (!this.root.open) return;
      if (!this.turn) this.list().then(() => { if (!this.turn) return this.first(); }).catch((err) => this.trouble(err));
    });
    $("seek").addEventListener("input", () => this.filter());
    $("to-map").addEventListener("click", () => this.showMap());
    $("mark").addEventListener("click", () => this.mark());
    $("keep").addEventListener("submit", (event) => {
      event.preventDefault();
      this.save(false);
    });
    new ResizeObserver(() => { // what gets the focus is not hidden behind the news
      document.documentElement.style.scrollPaddingTop = `${$("news").offsetHeight}px`;
    }).observe($("news"));
    $("news-close").addEventListener("click", () => { $("news").hidden = true; });
    this.list().catch(() => {});
    this.listen();
  }

  trouble(err) { $("sheet-body").replaceChildren(make("p", { className: "trouble" }, err.message)); }

  // list fetches which conversations there are.
  async list() {
    const data = await ask("/api/author/flows");
    this.flows = data.flows;
    this.begins = data.begins;
    this.folder = data.folder;
    this.since(data.mark);
    const rows = [];
    const groups = data.flows.some((flow) => flow.own) ? [["Your own", true], ["Those that ship", false]] : [["", false]];
    for (const [title, own] of groups) {
      const flows = data.flows.filter((flow) => flow.own === own);
      if (title && flows.length) rows.push(make("li", { className: "group" }, title));
      for (const flow of flows) {
        const button = make("button", { type: "button", className: "row" }, make("span", {}, flow.title), " ", make("span", { className: "name" }, flow.command || flow.name));
        button.dataset.flow = flow.name;
        button.addEventListener("click", () => this.show(flow.name));
        rows.push(make("li", {}, button));
      }
    }
    $("flows").replaceChildren(...rows);
    this.filter();
    this.choose();
  }

  // first shows the flow somebody stands in, or the first of the list.
  first() {
    const at = this.tracks.find((track) => this.flows.some((flow) => flow.name === track.flow));
    return this.show(at?.flow ?? this.flows[0]?.name);
  }

  filter() {
    const words = $("seek").value.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const row of $("flows").children) {
      const flow = this.flows.find((flow) => flow.name === row.firstElementChild?.dataset.flow);
      if (!flow) {
        row.hidden = words.length > 0; // a group's title
        continue;
      }
      const text = `${flow.title} ${flow.name} ${flow.command ?? ""}`.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) n++;
    }
    $("found").textContent = words.length ? `${n} found` : "";
  }

  choose() {
    for (const button of buttonsIn($("flows"))) {
      if (button.dataset.flow === this.flow?.name) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    if (this.mapped) $("to-map").setAttribute("aria-current", "true");
    else $("to-map").removeAttribute("aria-current");
  }

  // latest fetches what goes on the sheet; null when something else was asked for meanwhile.
  async latest(path) {
    const turn = this.turn = (this.turn ?? 0) + 1;
    try {
      const got = await ask(path);
      return turn === this.turn ? got : null;
    } catch (err) {
      if (turn === this.turn) this.trouble(err);
      return null;
    }
  }

  // show puts a flow on the sheet. step is the one whose lines are shown.
  async show(name, step) {
    if (!name) return;
    const flow = await this.latest(`/api/author/flows/${encodeURIComponent(name)}`);
    if (!flow) return;
    const fresh = this.flow?.name !== flow.name;
    if (!fresh) step ??= this.step;
    this.flow = flow;
    this.mapped = false;
    this.choose();
    $("sheet-title").textContent = flow.title;
    const before = fresh ? null : $("sheet").querySelector(".chart");
    const scrolled = before && { left: before.scrollLeft, top: before.scrollTop };
    const listed = !fresh && $("sheet").querySelector(".all")?.open;
    const chart = this.chart(flow.chart, `The steps of ${flow.title}`, (id) => this.lines(id));
    const steps = make("ol", { className: "steps" }, ...flow.steps.map((s) => this.row(s)));
    this.source = make("div", { className: "source" });
    $("sheet-body").replaceChildren(this.head(flow), chart ?? "", make("details", { className: "all", open: !chart || listed }, make("summary", {}, `${flow.steps.length} steps, as a list`), steps), this.source);
    if (scrolled) chart?.querySelector(".chart").scrollTo(scrolled);
    this.marks = "";
    this.stand(this.tracks, !fresh);
    this.step = null;
    if (step && flow.steps.some((s) => s.id === step)) this.lines(step, true);
  }

  // head is what begins a flow, where it leads, and how to play it.
  head(flow) {
    const links = (label, names) => names.length ? [make("p", { className: "note" }, `${label} `, ...this.linked(names))] : [];
    const play = phones.map((phone) => {
      const button = make("button", { type: "button" }, `Play it on phone ${letter(phone.name)}`);
      button.dataset.play = phone.name;
      button.addEventListener("click", () => this.play(flow, phone));
      return button;
    });
    const begins = flow.begins.length ? [make("p", { className: "note" }, `Begins: ${flow.begins.join("; ")}.`)] : [];
    return make("div", { className: "head" },
      make("p", { className: "note" }, make("code", {}, `${flow.file}:${flow.line}`)),
      ...begins, ...links("Started by", flow.from), ...links("Starts", flow.starts),
      flow.command
        ? make("p", { className: "plays" }, ...play)
        : make("p", { className: "note" }, "It has no command, so it cannot be begun by hand: it comes as said above, and the clock or the other flow brings it."));
  }

  link(name) {
    const button = make("button", { type: "button", className: "link" }, this.flows.find((flow) => flow.name === name)?.title ?? name);
    button.addEventListener("click", () => this.show(name).then(() => $("sheet").focus()));
    return button;
  }

  // linked are links with commas that stay with them.
  linked(names) {
    return names.flatMap((name, i) => [make("span", { className: "kept-together" }, this.link(name), i < names.length - 1 ? "," : ""), " "]);
  }

  async play(flow, phone) {
    const from = document.activeElement;
    await phone.act(() => phone.say(flow.command), true);
    if (document.activeElement !== from) phone.root.scrollIntoView({ block: "nearest" });
  }

  row(step) {
    const button = make("button", { type: "button", className: "row" }, make("span", {}, step.id), " ", make("span", { className: "name" }, step.kind));
    button.addEventListener("click", () => this.lines(step.id));
    const li = make("li", {}, button);
    li.dataset.step = step.id;
    return li;
  }

  // chart is a picture whose parts can be clicked, in a box that scrolls.
  chart(text, label, click) {
    const svg = picture(text);
    if (!svg) return null;
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
    for (const part of svg.querySelectorAll("g[data-step], g[data-flow]")) {
      part.addEventListener("click", () => (part.dataset.step ? click(part.dataset.step) : this.show(part.dataset.flow)));
    }
    const box = make("div", { className: "chart", tabIndex: 0, role: "region", "aria-label": `${label}, a picture that scrolls` }, svg);
    const fit = make("button", { type: "button", className: "link" }, "Fit to width");
    const fitted = () => {
      box.classList.toggle("fit", this.fit === true);
      fit.setAttribute("aria-pressed", String(this.fit === true));
    };
    fit.addEventListener("click", () => {
      this.fit = !this.fit;
      fitted();
    });
    fitted();
    return make("div", {}, make("div", { className: "chart-top" }, fit), box);
  }

  // lines shows a step as its author wrote it.
  lines(id, quiet) {
    const step = this.flow.steps.find((s) => s.id === id);
    if (!step) return;
    this.step = id;
    for (const el of $("sheet").querySelectorAll(".shown")) el.classList.remove("shown");
    for (const el of $("sheet").querySelectorAll(`[data-step="${CSS.escape(id)}"]`)) el.classList.add("shown");
    this.source.replaceChildren(make("h3", {}, "Step ", make("code", {}, id), " at ", make("code", {}, `${this.flow.file}:${step.line}`)), code(step.source.split("\n"), step.line));
    if (!quiet) this.source.scrollIntoView({ block: "nearest" });
  }

  async showMap() {
    const map = await this.latest("/api/author/map");
    if (!map) return;
    this.flow = null;
    this.mapped = true;
    this.choose();
    $("sheet-title").textContent = "Which starts which";
    const rows = map.links.map((l) => make("li", {}, this.link(l.from), " starts ", ...this.linked(l.to)));
    const chart = this.chart(map.chart, "Which conversation starts which", () => {});
    $("sheet-body").replaceChildren(chart ?? "", make("details", { className: "all", open: !chart }, make("summary", {}, "As a list"), make("ul", { className: "links" }, ...rows)));
    this.marks = "";
    this.stand(this.tracks);
  }

  // stand shows where the two people are: in words, in the list and in the picture.
  stand(tracks, still) {
    this.tracks = tracks.filter((track) => track.person).sort((x, y) => x.person.localeCompare(y.person));
    const key = JSON.stringify([this.flow?.name, this.mapped, this.tracks.map((t) => [t.person, t.flow, t.step, who(t.person)])]);
    if (key === this.marks || !this.root.open) return;
    this.marks = key;
    $("standing").replaceChildren(...this.words());
    for (const el of $("sheet").querySelectorAll("[data-at]")) el.removeAttribute("data-at");
    for (const el of $("sheet").querySelectorAll(".badge")) el.remove();
    if (this.mapped) {
      for (const t of this.tracks) this.light(t.person, `[data-flow="${CSS.escape(t.flow)}"]`);
      return;
    }
    for (const t of this.tracks) if (t.flow === this.flow?.name) this.light(t.person, `[data-step="${CSS.escape(t.step)}"]`);
    const moved = this.tracks.find((t) => this.stood?.[t.person] !== t.step && t.flow === this.flow?.name);
    this.stood = Object.fromEntries(this.tracks.map((t) => [t.person, t.step]));
    const lit = (moved && $("sheet").querySelector(`.chart [data-step="${CSS.escape(moved.step)}"]`)) ?? $("sheet").querySelector(".chart [data-at]");
    if (lit && !still) this.reveal(lit);
  }

  words() {
    if (this.tracks.length === 0) return ["Nobody is in a conversation just now."];
    return this.tracks.flatMap((t) => {
      const button = make("button", { type: "button", className: "chip" }, badge(t.person), ` ${this.flows.find((flow) => flow.name === t.flow)?.title ?? t.flow}`, ...(t.step ? [", ", make("code", {}, t.step)] : []));
      button.setAttribute("aria-label", `${who(t.person)} is in ${t.flow}${t.step ? ` at ${t.step}` : ", not opened yet"}. Show it`);
      button.addEventListener("click", () => this.show(t.flow, t.step));
      return [button, " "];
    });
  }

  light(person, selector) {
    for (const el of $("sheet").querySelectorAll(selector)) {
      const at = new Set((el.getAttribute("data-at") ?? "").split(" ").filter(Boolean));
      if (at.has(person)) continue;
      el.setAttribute("data-at", [...at, person].sort().join(" "));
      if (el instanceof SVGElement) this.pin(el, person);
      else el.firstElementChild.append(" ", badge(person));
    }
  }

  // pin sets a letter on a corner of a step in the picture.
  pin(el, person) {
    const box = (el.querySelector("rect") ?? el).getBBox();
    const x = person === "a" ? box.x : box.x + box.width;
    el.append(shape("g", { class: `badge ${person}`, "aria-hidden": "true" }, shape("circle", { cx: x, cy: box.y, r: 9 }),
      shape("text", { x, y: box.y, "text-anchor": "middle", dy: "0.36em" }, letter(person))));
  }

  // reveal scrolls the picture, and not the page.
  reveal(el) {
    const box = el.closest(".chart");
    const part = el.getBoundingClientRect();
    const frame = box.getBoundingClientRect();
    box.scrollBy({ left: part.left + part.width / 2 - frame.left - frame.width / 2, top: part.top + part.height / 2 - frame.top - frame.height / 2 });
  }

  // Saving

  since(mark) {
    this.marked = mark;
    const from = mark ? `from ${friendly(mark)} on` : this.begins ? `since scenario ${this.begins}` : "since the start";
    $("since").textContent = `Both phones, ${from}.${this.folder ? ` It goes into ${this.folder}/transcripts.` : ""}`;
  }

  async mark() {
    try {
      const { at } = await ask("/api/author/mark", {});
      this.since(at);
      $("kept").textContent = "The transcript will begin here.";
      $("kept-files").replaceChildren();
    } catch (err) {
      $("kept").textContent = err.message;
    }
  }

  async save(replace, name = $("keep-name").value.trim().replace(/\.txt$/, "")) {
    $("kept").textContent = "It is played once more…";
    $("kept-files").replaceChildren();
    let saved;
    try {
      saved = await ask("/api/author/save", { name, replace });
    } catch (err) {
      $("kept").textContent = err.message;
      $("keep-name").focus();
      return;
    }
    const names = saved.files.map((f) => f.name).join(" and ");
    const said = saved.exists ? `There is ${names} already. Nothing was written.` : saved.written ? `Saved: ${names}.` : "Here it is.";
    $("kept").replaceChildren(...[said, ...saved.notes].map((text) => make("p", {}, text)));
    if (saved.exists) {
      const button = make("button", { type: "button", id: "replace" }, "Replace it");
      button.addEventListener("click", () => this.save(true, name)); // whatever the field says by then
      $("kept-files").append(make("p", {}, button));
    }
    $("kept-files").append(...saved.files.map((f) => this.file(f, !saved.written && !saved.exists)));
  }

  file(f, open) {
    const url = URL.createObjectURL(new Blob([f.text], { type: "text/plain" }));
    const copy = make("button", { type: "button" }, "Copy");
    copy.addEventListener("click", () => {
      const copied = navigator.clipboard?.writeText(f.text) ?? Promise.reject(new Error("no clipboard"));
      copied.then(() => { copy.textContent = "Copied"; }, () => { copy.textContent = "Select it and copy"; });
    });
    return make("details", { open }, make("summary", {}, make("code", {}, f.name)),
      make("p", { className: "plays" }, copy, make("a", { href: url, download: f.name.slice(f.name.lastIndexOf("/") + 1) }, "Download")),
      code(f.text.replace(/\n$/, "").split("\n"), 1));
  }

  // News of the files: a question that stays open until there are some.

  async listen() {
    let wait = 0;
    if (document.hidden) { // nobody looks, and a browser has only so many questions open at a time
      document.addEventListener("visibilitychange", () => this.listen(), { once: true });
      return;
    }
    this.asking = new AbortController();
    const hide = () => this.asking.abort();
    document.addEventListener("visibilitychange", hide, { once: true });
    try {
      const news = await ask(`/api/author/news?after=${this.news}`, undefined, this.asking.signal);
      if (news.seq !== this.news) await this.hear(news);
    } catch {
      wait = document.hidden ? 0 : POLL; // page.js says that rewoo is away
    }
    document.removeEventListener("visibilitychange", hide);
    setTimeout(() => this.listen(), wait);
  }

  async hear(news) {
    this.news = news.seq;
    if (news.seq === 0) return;
    const at = clockOf(news.at);
    // What has to be mended comes first, and is what is counted: warnings of a translation that is half done can be many.
    const mend = news.findings.filter((f) => !f.warning);
    const all = [...mend, ...news.findings.filter((f) => f.warning)];
    const differ = mend.length > 0;
    const played = { playing: "The transcripts are being played.", hold: `All ${news.transcripts} transcripts hold.`, differ: news.text || "Not all transcripts hold:" }[news.played] ?? "";
    const line = {
      loaded: `Loaded again at ${at}. ${played}`,
      played: `Played at ${at}. ${played}`,
      kept: `${mend.length === 1 ? "One finding" : `${mend.length} findings`} at ${at}. The flows stay as they were until ${mend.length === 1 ? "it is" : "they are"} mended.`,
    }[news.state] ?? `Not loaded at ${at}: ${news.text}. The flows stay as they were.`;
    // What is only a second word on a change that went well does not come back once it was closed.
    if (news.state !== "loaded" || news.played !== "hold") $("news").hidden = false;
    $("news").className = `news ${news.state !== "failed" && news.played !== "differ" && !differ ? "good" : "bad"}`;
    $("news-line").textContent = line;
    $("findings").replaceChildren(...all.slice(0, 50).map((f) => this.finding(f)));
    if (news.state !== "loaded" || this.loaded === news.at) return;
    this.loaded = news.at;
    await this.list().catch(() => {});
    if (this.flow) await this.show(this.flow.name);
    else if (this.mapped) await this.showMap();
  }

  finding(f) {
    const lines = make("div", { className: "source", hidden: true });
    const button = make("button", { type: "button", className: "link", "aria-expanded": "false" }, placeOf(f));
    button.addEventListener("click", async () => {
      lines.hidden = !lines.hidden;
      button.setAttribute("aria-expanded", String(!lines.hidden));
      if (lines.hidden) return;
      try {
        const { text } = await ask(`/api/author/source?file=${encodeURIComponent(f.file)}`);
        const all = text.replace(/\n$/, "").split("\n");
        const from = Math.max(0, f.line - 5);
        lines.replaceChildren(code(all.slice(from, f.line + 4), from + 1, f.line));
      } catch (err) {
        lines.textContent = err.message;
      }
    });
    return make("li", {}, button, f.warning ? " warning: " : " ", make("code", { title: `rewoo explain ${f.code} says more` }, f.code), ` ${f.text}${f.suggestion ? "; " : ""}`, f.suggestion ? make("em", {}, f.suggestion) : "", lines);
  }
}

const badge = (person) => make("span", { className: `badge ${person}`, title: who(person) }, letter(person));

// code shows lines with their numbers. mark is the one to look at.
function code(lines, from, mark) {
  const rows = lines.map((text, i) => {
    const row = make("span", { className: from + i === mark ? "line mark" : "line" }, text, "\n");
    row.dataset.n = from + i;
    return row;
  });
  return make("pre", { tabIndex: 0 }, make("code", {}, ...rows));
}
