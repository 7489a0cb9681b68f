// What htmx does not do for the practice hall: keys, quoting, tabs with dots, scrolling, and saying what went wrong.

const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const formOf = (slot) => document.getElementById(`say-${slot}`);
const slotOf = (element) => element.closest("[data-pane]").dataset.pane;
const NEAR = 80; // pixels from the end that still count as reading the newest line
const WELCOMED = "xiaowei-welcomed";
const AGAIN = 2000; // milliseconds until panes that could not be fetched are asked for again

// The log of each pane: where it stood before a swap, and what was last seen of it.
const before = new Map();
const seen = new Map();

const logs = () => $$(".log");
const stuck = new WeakMap(); // logs that show their end keep showing it when they change size
const toEnd = (log) => { log.scrollTop = log.scrollHeight; stuck.set(log, true); };
const atEnd = (log) => log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
const onPhone = () => getComputedStyle($(".tabs")).display !== "none";
const isShown = (slot) => !onPhone() || document.body.dataset.tab === slot;

function remember() {
  for (const log of logs()) before.set(log.id, { end: atEnd(log) || stuck.get(log), talk: log.closest(".pane").dataset.talk });
}

function settle() {
  for (const select of $$("select[data-value]")) select.value = select.dataset.value;
  for (const pane of $$(".pane")) {
    const { pane: slot, last, talk } = pane.dataset;
    const log = $(".log", pane);
    const was = before.get(log.id);
    const known = seen.get(slot);
    const sameTalk = known?.talk === talk;
    const news = sameTalk && known.last !== last;
    if (!was || was.end || !sameTalk) toEnd(log);
    if (!sameTalk) cite(slot, null);
    const behind = news && !atEnd(log);
    if (behind || atEnd(log)) $(".newer", pane).hidden = !behind;
    if (news && !isShown(slot)) dot(slot, true);
    seen.set(slot, { last, talk });
  }
}

function dot(slot, on) {
  $(`.tabs [data-tab="${slot}"] .dot`).hidden = !on;
}

function show(slot) {
  document.body.dataset.tab = slot;
  for (const tab of $$(".tabs button")) tab.setAttribute("aria-pressed", String(tab.dataset.tab === slot));
  dot(slot, false);
  toEnd($(`#log-${slot}`));
}

function cite(slot, line) {
  const form = formOf(slot);
  if (!form) return;
  const bar = $(".cited", form);
  bar.hidden = !line;
  $("input", bar).value = line?.dataset.line ?? "";
  $("span", bar).textContent = line ? `${line.dataset.name}：${$(".bubble", line).innerText.slice(0, 60)}` : "";
  if (line) $("textarea", form).focus();
}

function fault(form, words) {
  const place = form.id === "clock-form" ? $("#clock-fault") : $(`#fault-${form.dataset.pane}`);
  place.textContent = words;
}

function send(form, text) {
  const area = $("textarea", form);
  const draft = area.value;
  area.value = text;
  form.requestSubmit($(".send", form));
  area.value = draft === text ? "" : draft;
}

// A sentence that somebody chose elsewhere: it stands in the input, to be read and sent by him.
function write(slot, text) {
  $("#month").close();
  show(slot);
  const area = $("textarea", formOf(slot));
  area.value = text;
  area.focus();
  area.setSelectionRange(text.length, text.length);
}

function pick(name, value) {
  const select = $(`#pick-${name}`);
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  const tab = at(".tabs button");
  if (tab) return show(tab.dataset.tab);
  if (at("#help")) return $("#welcome").showModal();
  const newer = at(".newer");
  if (newer) { newer.hidden = true; return toEnd($(`#log-${slotOf(newer)}`)); }
  if (at(".cited button")) return cite(slotOf(event.target), null);
  const chooser = at("[data-choose]");
  if (chooser) return document.getElementById(chooser.dataset.choose).click();
  const duty = at("[data-pick]");
  if (duty) return pick(duty.dataset.pick, duty.dataset.to);
  const written = at("[data-write]");
  if (written) return write("officer", written.dataset.write);
  const chip = at("[data-fill], [data-send], [data-add]");
  if (chip) {
    const form = chip.closest("form");
    const area = $("textarea", form);
    if (chip.dataset.send) return send(form, chip.dataset.send);
    area.value = chip.dataset.fill ?? (chip.dataset.add + area.value);
    area.focus();
    return area.setSelectionRange(area.value.length, area.value.length);
  }
  const line = at(".cite, .bubble")?.closest(".line");
  if (line && !at(".more, .shot, .paper") && getSelection().isCollapsed) cite(slotOf(line), line);
});

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (target.matches(".composer textarea") && key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    target.form.requestSubmit($(".send", target.form));
  } else if (target.matches(".composer textarea") && key === "Escape") {
    cite(slotOf(target), null);
  } else if (target.matches(".log, .line") && (key === "ArrowUp" || key === "ArrowDown")) {
    const lines = $$(".line", target.closest(".log"));
    const at = lines.indexOf(target);
    const next = key === "ArrowUp" ? lines[at < 0 ? lines.length - 1 : at - 1] : lines[at + 1];
    if (next) { event.preventDefault(); next.focus(); }
  } else if (target.matches(".line") && key === "Enter") {
    event.preventDefault();
    cite(slotOf(target), target);
  }
});

// A picture goes as soon as it is chosen; one that is too large does not even set out.
document.addEventListener("change", ({ target }) => {
  if (!target.matches(".file") || !target.files.length) return;
  const { form, dataset: { most } } = target;
  if (target.files[0].size > most * 2 ** 20) {
    fault(form, `图片太大了，最大${most}MB。请压缩一下，或者换一张再发。`);
    target.value = "";
  } else {
    fault(form, "");
    form.requestSubmit();
  }
});

// A log that shows its end keeps showing it when a picture in it arrives.
document.addEventListener("load", ({ target }) => {
  const log = target.closest?.(".log");
  if (log && (stuck.get(log) ?? true)) toEnd(log);
}, true);

// A message that was accepted leaves the input; one that was refused stays there, with the reason above it.
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement.matches(".composer")) ctx.sent = ctx.request.body.get("text");
});

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement;
  if (form.matches(".upload")) $(".file", form).value = "";
  if (ctx.request.method !== "POST" || ctx.response.status !== 204) return;
  $("#clock-fault").textContent = "";
  if (form.matches(".upload")) {
    fault(form, "");
    cite(form.dataset.pane, null);
    toEnd($(`#log-${form.dataset.pane}`));
  }
  if (form.matches(".composer")) {
    const area = $("textarea", form);
    fault(form, "");
    if (area.value === ctx.sent) area.value = "";
    cite(form.dataset.pane, null);
    toEnd($(`#log-${form.dataset.pane}`));
  }
  htmx.trigger("#eye", "look");
});

// News that could not be fetched would stay unseen until the next news. Without a line the reconnection brings them.
let again = 0;
function lookAgain() {
  clearTimeout(again);
  again = setTimeout(() => { if ($("#offline").hidden) htmx.trigger("#eye", "look"); }, AGAIN);
}

document.addEventListener("htmx:error", ({ target, detail: { ctx } }) => {
  if (ctx?.target?.id === "hall") lookAgain();
  const form = target.closest?.(".composer, .upload, #clock-form");
  if (form?.matches(".upload")) $(".file", form).value = "";
  if (form) fault(form, form.dataset.offline ?? "时钟没有拨动：连不上小微。");
});

document.addEventListener("htmx:sse:error", () => { $("#offline").hidden = false; });
document.addEventListener("htmx:sse:after:connection", () => { $("#offline").hidden = true; });

// Where a part of the page could not be fetched, the old one stays, and the reason stands above it.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const refused = ctx.response?.status >= 400;
  if (refused && !ctx.target.matches(".fault")) event.preventDefault();
  if (ctx.response?.status >= 500 && ctx.target.id === "hall") lookAgain();
  if (!ctx.target.matches(".fault")) $("#notice").textContent = refused ? ctx.text : "";
  remember();
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target?.id === "whole-text") $("#whole").showModal();
  if (ctx.target?.id === "month-text" && !$("#month").open) $("#month").showModal();
  settle();
});

$("#welcome").addEventListener("close", () => { try { localStorage.setItem(WELCOMED, "yes"); } catch { /* private mode */ } });
// A scroll that comes with a change of size, or goes down, is not a reader who looks back: it lets nothing go.
const heights = new WeakMap();
const tops = new WeakMap();
for (const log of logs()) {
  log.addEventListener("scroll", () => {
    if (atEnd(log)) stuck.set(log, true);
    else if (heights.get(log) === log.clientHeight && log.scrollTop < tops.get(log)) stuck.set(log, false);
    tops.set(log, log.scrollTop);
  }, { passive: true });
  new ResizeObserver(() => {
    heights.set(log, log.clientHeight);
    if (stuck.get(log) ?? true) toEnd(log);
  }).observe(log);
}

let welcomed = null;
try { welcomed = localStorage.getItem(WELCOMED); } catch { /* private mode */ }
if (!welcomed) $("#welcome").showModal();
settle();
