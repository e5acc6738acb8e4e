// The page alive: ages over time that can be zoomed, and all VMs. Without it the page is complete.
(async () => {
"use strict";
const D = JSON.parse(document.getElementById("data").textContent), $ = id => document.getElementById(id);
// Colours are tokens of the style sheet, which the theme chooses from.
const probe = document.body.appendChild(Object.assign(document.createElement("i"), { hidden: true }));
const css = name => { probe.style.color = `var(--${name})`; return getComputedStyle(probe).color; };
const make = (tag, set = {}, ...inner) => { const it = Object.assign(document.createElement(tag), set); it.append(...inner); return it; };
const clamp = (low, value, high) => Math.max(low, Math.min(high, value));

// ---- What is packed.
const inflate = async text => {
  const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).arrayBuffer());
};
const columns = async (text, count) => {
  const bytes = await inflate(text);
  let at = 0;
  const next = () => { let value = 0, factor = 1, byte; do { byte = bytes[at++]; value += (byte & 127) * factor; factor *= 128; } while (byte > 127); return value; };
  const length = next();
  return Array.from({ length: count }, () => Float64Array.from({ length }, next));
};
// Of teeth: when each begins and ends, and its foot, in seconds.
const teeth = async text => {
  const [from, to, foot] = await columns(text, 3);
  for (let i = 0, end = 0; i < from.length; i++) { from[i] = (end + from[i]) / 100; to[i] = from[i] + to[i] / 100; end = Math.round(to[i] * 100); foot[i] /= 100; }
  return { from, to, foot };
};
const extremes = async (text, bin) => {
  const [low, high] = await columns(text, 2);
  for (let i = 0; i < low.length; i++) { low[i] /= 100; high[i] = high[i] ? (high[i] - 1) / 100 : NaN; }
  return { low, high, bin };
};

// The library of charts, which makes itself known as uPlot.
document.head.append(make("script", { textContent: new TextDecoder().decode(await inflate($("uplot").textContent)) }));

// ---- Words.
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"], MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const offset = t => { let it = 0; for (const [at, seconds] of D.offsets) if (at <= t + 1e-6) it = seconds; return it; };
const local = t => new Date((D.start + t + offset(t)) * 1000);
const two = number => String(number).padStart(2, "0");
const day = t => { const d = local(t); return `${DAYS[d.getUTCDay()]} ${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]}`; };
const clock = (t, fine) => { const d = local(t); return two(d.getUTCHours()) + ":" + two(d.getUTCMinutes()) + (fine ? ":" + two(d.getUTCSeconds()) : ""); };
const when = t => `${day(t)} ${clock(t, true)}`;
const duration = s => {
  if (s < 10) return +s.toFixed(3) + "s";
  s = Math.round(s);
  const units = [[86400, "d"], [3600, "h"], [60, "m"], [1, "s"]], parts = [];
  for (const [size, unit] of units) { const n = Math.floor(s / size); s -= n * size; if (n || parts.length) parts.push(n ? n + unit : ""); if (parts.length === 2) break; }
  return parts.filter(Boolean).join(" ") || "0s";
};
const rate = bps => bps >= 1e9 ? +(bps / 1e9).toPrecision(3) + " Gbps" : bps >= 1e6 ? +(bps / 1e6).toPrecision(3) + " Mbps" : +(bps / 1e3).toPrecision(3) + " kbps";
const bytes = n => n >= 1e12 ? +(n / 1e12).toPrecision(3) + " TB" : n >= 1e9 ? +(n / 1e9).toPrecision(3) + " GB" : n >= 1e6 ? +(n / 1e6).toPrecision(3) + " MB" : n >= 1e3 ? +(n / 1e3).toPrecision(3) + " KB" : n + " B";

// ---- The calendar axis.
const STEPS = [1, 2, 5, 10, 15, 30, 60, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2419200, 7257600, 31536000];
let step = 3600;
const splits = (u, axis, from, to) => {
  const most = Math.max(2, u.bbox.width / devicePixelRatio / 88);
  step = STEPS.find(it => (to - from) / it <= most) || STEPS[STEPS.length - 1];
  const ticks = [];
  // Mondays are round: the first day of 1970 was a Thursday.
  const zero = step >= 604800 ? 345600 : 0;
  const base = D.start + offset(from);
  for (let at = Math.ceil((from + base - zero) / step) * step + zero; ; at += step) {
    const t = at - D.start - offset(at - D.start - offset(from));
    if (t > to) break;
    if (t >= from && t > (ticks[ticks.length - 1] ?? -1)) ticks.push(t);
    if (ticks.length > 200) break;
  }
  return ticks;
};
const labels = (u, ticks) => ticks.map(t => (D.start + t + offset(t)) % 86400 === 0 ? day(t) : clock(t, step < 60));
const AGES = [0.1, 1, 5, 15, 60, 300, 900, 3600, 10800, 43200, 86400, 259200, 604800, 2592000];

// ---- Strips.
const horizon = D.horizon, host = $("strips"), strips = [];
let from = 0, to = horizon, isLog = true, isQuiet = false;
const throttles = [];
for (const link of D.links) {
  [link.carried, link.capacity, link.throttled, link.backlog] = await columns(link.columns, 4);
  link.throttled.forEach((on, i) => {
    if (!on) return;
    const last = throttles[throttles.length - 1];
    if (last && last.link === link && last.to === i * link.bin) last.to += link.bin; else throttles.push({ link, from: i * link.bin, to: (i + 1) * link.bin });
  });
}
// The first place whose value is above a limit.
const after = (values, limit) => { let a = 0, b = values.length; while (a < b) { const m = (a + b) >> 1; if (values[m] > limit) b = m; else a = m + 1; } return a; };

const scaleOf = strip => {
  if (strip.link) return [0, strip.top * 1.08];
  const rpo = strip.rpo || strip.usual;
  return isLog ? [Math.max(0.05, Math.min(rpo / 20, strip.lowest || rpo / 20)), Math.max(strip.worst, rpo) * 1.5] : [0, (strip.rpo ? 1.7 * strip.rpo : 1.1 * strip.worst)];
};

function frame(u) {
  const { left, top, width, height } = u.bbox, { min, max } = u.scales.x, [low, high] = [u.scales.y.min, u.scales.y.max];
  const k = width / (max - min), log = u.strip.link ? false : isLog, span = log ? Math.log(high / low) : high - low;
  return { left, top, width, height, min, max, x: t => left + (t - min) * k,
    y: a => top + height * (1 - clamp(0, log ? (a > low ? Math.log(a / low) / span : 0) : (a - low) / span, 1)) };
}

function outlineOf(ctx, f, curve, isDense) {
  // Rises one by one, or of each pixel across the lowest and the highest.
  const { from: T0, to: T1, foot: F } = curve, first = after(T1, f.min), log = isLog;
  let last = first; while (last < T0.length && T0[last] < f.max) last++;
  ctx.beginPath();
  if (last - first > f.width / 2 && isDense) {
    const low = new Float64Array(Math.ceil(f.width) + 1).fill(Infinity), high = new Float64Array(low.length).fill(-Infinity), per = (f.max - f.min) / f.width;
    for (let i = first; i < last; i++) {
      const a = Math.max(T0[i], f.min), b = Math.min(T1[i], f.max);
      for (let c = Math.floor((a - f.min) / per), end = Math.min(low.length - 1, Math.floor((b - f.min) / per)); c <= end; c++) {
        const p = Math.max(a, f.min + c * per), q = Math.min(b, f.min + (c + 1) * per);
        if (F[i] + p - T0[i] < low[c]) low[c] = F[i] + p - T0[i];
        if (F[i] + q - T0[i] > high[c]) high[c] = F[i] + q - T0[i];
      }
    }
    for (let c = 0; c < low.length; c++) if (high[c] >= 0) { const y = f.y(high[c]); ctx.rect(f.left + c, y, 1, Math.max(1.5, f.y(low[c]) - y)); }
    return "fill";
  }
  for (let i = first; i < last; i++) {
    const a = Math.max(T0[i], f.min), b = Math.min(T1[i], f.max), age = t => F[i] + t - T0[i];
    const joins = i > first && T1[i - 1] === T0[i];
    if (joins) ctx.lineTo(f.x(a), f.y(age(a))); else ctx.moveTo(f.x(a), f.y(age(a)));
    const pieces = log ? clamp(1, Math.ceil((f.x(b) - f.x(a)) / 4), 400) : 1;
    for (let p = 1; p <= pieces; p++) { const t = a + (b - a) * p / pieces; ctx.lineTo(f.x(t), f.y(age(t))); }
  }
  return "stroke";
}

function band(ctx, f, curve) {
  ctx.beginPath();
  for (let i = Math.max(0, Math.floor(f.min / curve.bin)), end = Math.min(curve.low.length, Math.ceil(f.max / curve.bin)); i < end; i++) {
    if (!(curve.high[i] >= 0)) continue;
    const a = f.x(Math.max(f.min, i * curve.bin)), y = f.y(curve.high[i]);
    ctx.rect(a, y, Math.max(1, f.x(Math.min(f.max, (i + 1) * curve.bin)) - a), Math.max(1.5, f.y(curve.low[i]) - y));
  }
  return "fill";
}

function draw(u) {
  const ctx = u.ctx, f = frame(u), strip = u.strip, r = devicePixelRatio;
  ctx.save();
  ctx.beginPath(); ctx.rect(f.left, f.top, f.width, f.height); ctx.clip();
  ctx.fillStyle = css("muted"); ctx.globalAlpha = .13;
  for (const it of throttles) if ((!strip.link || it.link === strip.link) && it.to > f.min && it.from < f.max) ctx.fillRect(f.x(Math.max(it.from, f.min)), f.top, f.x(Math.min(it.to, f.max)) - f.x(Math.max(it.from, f.min)), f.height);
  ctx.fillStyle = css("orange");
  for (const it of D.outages) if (it.to !== null && it.to > f.min && it.from < f.max) ctx.fillRect(f.x(it.from), f.top, Math.max(r, f.x(it.to) - f.x(it.from)), f.height);
  ctx.globalAlpha = 1;
  if (strip.link) load(ctx, f, strip.link, r); else ages(ctx, f, strip, r);
  ctx.strokeStyle = css("red"); ctx.lineWidth = r; ctx.setLineDash([4 * r, 2 * r]);
  for (const it of D.outages) if (it.from >= f.min && it.from <= f.max) { ctx.beginPath(); ctx.moveTo(f.x(it.from), f.top); ctx.lineTo(f.x(it.from), f.top + f.height); ctx.stroke(); }
  ctx.restore();
  if (strip.isFirst) names(ctx, f, r);
}

function names(ctx, f, r) {
  ctx.save(); ctx.font = `${11 * r}px system-ui, sans-serif`; ctx.fillStyle = css("red"); ctx.textBaseline = "bottom";
  let end = -1;
  const seen = new Map();
  for (const it of D.outages) if (it.from >= f.min && it.from <= f.max) seen.set(it.from, [...(seen.get(it.from) || []), it.name]);
  for (const [at, all] of [...seen].sort((a, b) => a[0] - b[0])) {
    const text = all.join(", ").slice(0, 60), wide = ctx.measureText(text).width, x = Math.min(Math.max(f.x(at) + 2 * r, end), f.left + f.width - wide);
    if (x >= end && x - f.x(at) < 160 * r) { ctx.fillText(text, x, f.top - 2 * r); end = x + wide + 8 * r; }
  }
  ctx.restore();
}

function ages(ctx, f, strip, r) {
  const line = strip.rpo ? f.y(strip.rpo) : f.top;
  const paint = (how, colour) => { if (how === "fill") { ctx.fillStyle = colour; ctx.fill(); } else { ctx.strokeStyle = colour; ctx.lineWidth = 1.3 * r; ctx.setLineDash([]); ctx.stroke(); } };
  const parts = strip.rpo ? [["blue", line, f.top + f.height - line], ["red", f.top, line - f.top]] : [["blue", f.top, f.height]];
  for (const [colour, top, height] of parts) {
    if (height <= 0) continue;
    ctx.save(); ctx.beginPath(); ctx.rect(f.left, top, f.width, height); ctx.clip();
    if (strip.curve.bin) ctx.globalAlpha = .6;
    paint(strip.curve.bin ? band(ctx, f, strip.curve) : outlineOf(ctx, f, strip.curve, true), css(colour));
    ctx.restore();
  }
  for (const it of strip.outages) paint(outlineOf(ctx, f, it.curve, true), css("orange"));
  if (strip.rpo) {
    ctx.strokeStyle = css("ink"); ctx.lineWidth = r; ctx.setLineDash([5 * r, 3 * r]); ctx.beginPath(); ctx.moveTo(f.left, line); ctx.lineTo(f.left + f.width, line); ctx.stroke();
    ctx.font = `${11 * r}px system-ui, sans-serif`; ctx.fillStyle = css("ink"); ctx.textAlign = "right"; ctx.textBaseline = "bottom"; ctx.fillText("RPO " + duration(strip.rpo), f.left + f.width - 3 * r, line - r);
  }
}

function load(ctx, f, link, r) {
  const first = Math.max(0, Math.floor(f.min / link.bin)), end = Math.min(link.carried.length, Math.ceil(f.max / link.bin));
  const edges = i => [f.x(Math.max(f.min, i * link.bin)), f.x(Math.min(f.max, (i + 1) * link.bin))];
  ctx.fillStyle = css("blue"); ctx.globalAlpha = .75;
  for (let i = first; i < end; i++) { const [a, b] = edges(i), y = f.y(link.carried[i]); ctx.fillRect(a, y, Math.max(1, b - a), f.top + f.height - y); }
  ctx.globalAlpha = 1; ctx.strokeStyle = css("ink"); ctx.lineWidth = r; ctx.setLineDash([4 * r, 3 * r]); ctx.beginPath();
  for (let i = first; i < end; i++) { const [a, b] = edges(i), y = f.y(link.capacity[i]); if (i === first) ctx.moveTo(a, y); else ctx.lineTo(a, y); ctx.lineTo(b, y); }
  ctx.stroke();
}

// ---- What holds at an instant.
const ageAt = (curve, t) => {
  if (curve.bin) { const i = Math.floor(t / curve.bin); return curve.high[i] >= 0 ? `${duration(curve.low[i])} to ${duration(curve.high[i])}` : "none"; }
  const i = after(curve.to, t);
  return i < curve.to.length && curve.from[i] <= t ? duration(curve.foot[i] + t - curve.from[i]) : "none";
};
let told = 0;
function read(t) {
  for (const strip of strips) {
    let text = strip.still;
    if (t !== null) {
      if (strip.link) { const i = Math.min(strip.link.carried.length - 1, Math.floor(t / strip.link.bin)); text = `${rate(strip.link.carried[i])} of ${rate(strip.link.capacity[i])}, ${bytes(strip.link.backlog[i])} wait`; }
      else {
        text = ageAt(strip.curve, t);
        for (const it of strip.outages) { const age = ageAt(it.curve, t); if (age !== "none") text += `; ${age} in ${it.name}`; }
      }
    }
    strip.value.textContent = text;
  }
  if (t === null) return;
  const parts = [when(t)];
  if (throttles.some(it => it.from <= t && t < it.to)) parts.push("throttled");
  for (const it of D.outages) if (it.from <= t && t < (it.to ?? horizon)) parts.push("during " + it.name);
  clearTimeout(told); told = setTimeout(() => { $("reading").textContent = parts.join(" · "); }, 120);
}

// ---- Moving.
function show(a, b, isFinal = true) {
  const span = clamp(Math.min(10, horizon), b - a, horizon);
  a = clamp(0, a, horizon - span); [from, to] = [a, a + span];
  isQuiet = true;
  for (const strip of strips) strip.u.setScale("x", { min: from, max: to });
  isQuiet = false;
  $("range").textContent = `${when(from)} to ${when(to)} · ${duration(to - from)} shown`;
  if (isFinal && location.protocol !== "about:" && (from > 0 || to < horizon || location.hash.startsWith("#t="))) try { history.replaceState(null, "", from > 0 || to < horizon ? `#t=${from.toFixed(0)}/${to.toFixed(0)}` : "#explore"); } catch { /* a page in a frame has no history */ }
}
const zoom = (factor, at = (from + to) / 2) => show(at - (at - from) * factor, at + (to - at) * factor);
const pan = share => show(from + (to - from) * share, to + (to - from) * share);
// Times above an RPO by application, those close together as one.
const breaches = [];
function gather() {
  for (const strip of strips) {
    if (!strip.rpo || strip.link) continue;
    const all = [];
    const c = strip.curve;
    if (c.bin) c.high.forEach((high, i) => { if (high > strip.rpo) all.push([i * c.bin, (i + 1) * c.bin]); });
    else for (let i = 0; i < c.to.length; i++) if (c.foot[i] + c.to[i] - c.from[i] > strip.rpo) all.push([c.from[i] + Math.max(0, strip.rpo - c.foot[i]), c.to[i]]);
    for (const it of strip.outages) for (let i = 0; i < it.curve.to.length; i++) { const k = it.curve; if (k.foot[i] + k.to[i] - k.from[i] > strip.rpo) all.push([k.from[i] + Math.max(0, strip.rpo - k.foot[i]), k.to[i]]); }
    all.sort((a, b) => a[0] - b[0]);
    const own = [];
    for (const [a, b] of all) { const last = own[own.length - 1]; if (last && a - last[1] < horizon / 100) last[1] = Math.max(last[1], b); else own.push([a, b, strip.name]); }
    breaches.push(...own);
  }
  breaches.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}
let shown = -1;
function breach(direction) {
  shown = (Math.max(shown, direction > 0 ? -1 : 0) + direction + breaches.length) % breaches.length;
  const [a, b, name] = breaches[shown], room = Math.max(600, (b - a) * .3);
  show(a - room, b + room);
  $("reading").textContent = `${name} above its RPO for up to ${duration(b - a)}, from ${when(a)} (${shown + 1} of ${breaches.length})`;
}
function change(direction) {
  const ages = strips.filter(it => it.curve && !it.curve.bin);
  if (!ages.length) return;
  const now = cursor ?? (direction > 0 ? from : to);
  let best = null;
  for (const { curve } of ages) { const i = after(curve.to, now + (direction > 0 ? .005 : -.015)), t = direction > 0 ? curve.to[i] : curve.to[i - 1]; if (t !== undefined && (best === null || Math.abs(t - now) < Math.abs(best - now))) best = t; }
  if (best === null) return;
  if (best < from || best > to) show(best - (to - from) / 2, best + (to - from) / 2);
  const u = strips[0].u;
  u.setCursor({ left: u.valToPos(best, "x"), top: 10 });
  cursor = best; read(best);
}
let cursor = null;

function strip(it, isFirst) {
  const head = make("div", { className: "head" }), value = make("span", { textContent: it.still });
  const off = make("button", { type: "button", textContent: "hide" });
  off.setAttribute("aria-pressed", "false"); off.setAttribute("aria-label", "hide " + it.name);
  head.append(make("b", { textContent: it.name }), value, ...(it.curve?.bin ? [make("span", { textContent: "extremes per " + duration(it.curve.bin) })] : []), off);
  const chart = make("div", { className: "chart" }), box = make("div", { className: "strip" }, head, chart);
  off.onclick = () => { const is = box.classList.toggle("off"); off.textContent = is ? "show" : "hide"; off.setAttribute("aria-pressed", is); };
  host.append(box);
  it.value = value; it.box = chart; it.isFirst = isFirst;
  return it;
}
function plot(it, isLast) {
  const axis = { stroke: () => css("muted"), grid: { stroke: () => css("grid"), width: 1 }, ticks: { show: false }, font: "11px system-ui, sans-serif" };
  const options = {
    width: Math.max(200, it.box.clientWidth), height: (it.link ? 84 : 96) + (isLast ? 26 : 0) + (it.isFirst ? 14 : 0), padding: [it.isFirst ? 20 : 6, 30, isLast ? 0 : 6, 0],
    legend: { show: false }, cursor: { y: false, points: { show: false }, sync: { key: "strips" }, drag: { x: true, y: false, setScale: false } },
    scales: { x: { time: false, range: (u, a, b) => [a ?? from, b ?? to] }, y: { distr: 1, range: () => scaleOf(it) } },
    axes: [{ ...axis, show: isLast, size: 26, splits, values: labels, space: 80 },
      { ...axis, size: 62, filter: (u, all) => all, splits: (u, a, low, high) => it.link ? [0, it.top / 2, it.top] : isLog ? AGES.filter(x => x >= low && x <= high).filter((x, i, all) => all.length < 5 || i % 2 === 0) : [0, high / 2, high], values: (u, all) => all.map(x => it.link ? (x ? rate(x) : "0") : x ? duration(x) : "0") }],
    series: [{}, { show: true, stroke: "transparent", points: { show: false } }],
    hooks: {
      draw: [draw],
      setSelect: [u => { if (u.select.width > 3) { const a = u.posToVal(u.select.left, "x"), b = u.posToVal(u.select.left + u.select.width, "x"); u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false); show(a, b); } }],
      setCursor: [u => { if (isQuiet) return; const t = u.cursor.left >= 0 ? u.posToVal(u.cursor.left, "x") : null; if (t !== cursor) { cursor = t; read(t); } }],
    },
  };
  if (!it.link) options.scales.y = { distr: isLog ? 3 : 1, range: () => scaleOf(it) };
  const u = new uPlot(options, [[0, horizon], [null, null]]);
  u.strip = it; it.u = u;
  it.box.replaceChildren(u.root);
  u.setScale("x", { min: from, max: to });
  u.over.ondblclick = event => { event.stopPropagation(); show(0, horizon); };
  // Shift and drag moves; uPlot's own drag must not begin.
  u.over.addEventListener("mousedown", event => {
    if (!event.shiftKey) return;
    event.stopImmediatePropagation(); event.preventDefault();
    const begin = event.clientX, a = from, per = (to - from) / u.over.clientWidth;
    const move = e => show(a - (e.clientX - begin) * per, a - (e.clientX - begin) * per + (to - from), false);
    const end = () => { removeEventListener("mousemove", move); removeEventListener("mouseup", end); show(from, to); };
    addEventListener("mousemove", move); addEventListener("mouseup", end);
  }, true);
}
function plots() { strips.forEach((it, i) => { it.u?.destroy(); plot(it, i === strips.length - 1); }); read(cursor); }

for (const it of D.ages) {
  const curve = it.bin ? await extremes(it.curve, it.bin) : await teeth(it.curve);
  const outages = [];
  for (const outage of it.outages) outages.push({ ...outage, curve: await teeth(outage.curve) });
  let worst = it.worst || 1, lowest = Infinity;
  const usual = worst;
  (curve.bin ? curve.low : curve.foot).forEach(age => { if (age > 0 && age < lowest) lowest = age; });
  for (const { curve: c } of outages) c.to.forEach((end, i) => { worst = Math.max(worst, c.foot[i] + end - c.from[i]); });
  strips.push(strip({ ...it, curve, outages, worst, usual, lowest, still: `oldest ${duration(usual)}, ${when(it.at)}` }, strips.length === 0));
}
for (const link of D.links) {
  const top = link.capacity.reduce((a, b) => Math.max(a, b), link.carried.reduce((a, b) => Math.max(a, b), 1));
  strips.push(strip({ name: link.name, link, top, still: `at most ${rate(Math.max(...link.carried))} of ${rate(top)}; dashed: what it could` }, strips.length === 0));
}
if (strips.length) {
  gather();
  const button = (text, act, title) => { const it = make("button", { type: "button", textContent: text, onclick: act }); if (title) it.setAttribute("aria-label", title); return it; };
  const scale = button("Log", () => { isLog = !isLog; scale.textContent = isLog ? "Log" : "Linear"; plots(); show(from, to); }, "Change between logarithmic and linear ages");
  const around = it => { const length = Math.max(3600, (it.to === null ? 7200 : it.to - it.from)); show(it.from - length * .6, it.from + length * 2.2); };
  $("jumps").append(button("Whole run", () => show(0, horizon)), ...D.outages.slice(0, 6).map(it => button(it.name, () => around(it), "Show " + it.name)),
    ...(breaches.length ? [button("‹ Breach", () => breach(-1), "Previous time above an RPO"), button("Breach ›", () => breach(1), "Next time above an RPO")] : []), scale, button("−", () => zoom(1.6), "Show more time"), button("+", () => zoom(.625), "Show less time"));
  plots();
  const asked = /^#t=(\d+)\/(\d+)$/.exec(location.hash);
  show(asked ? +asked[1] : 0, asked ? +asked[2] : horizon, false);
  const keys = { ArrowLeft: () => pan(-.2), ArrowRight: () => pan(.2), "+": () => zoom(.625), "=": () => zoom(.625), "-": () => zoom(1.6), 0: () => show(0, horizon), Home: () => show(0, to - from), End: () => show(horizon - (to - from), horizon), n: () => breach(1), p: () => breach(-1), l: () => scale.click(), ".": () => change(1), ",": () => change(-1) };
  host.addEventListener("keydown", event => { if (event.target === host && !event.ctrlKey && !event.metaKey && !event.altKey && keys[event.key]) { keys[event.key](); event.preventDefault(); } });
  host.addEventListener("wheel", event => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const u = strips[0].u, t = u.posToVal(event.clientX - u.over.getBoundingClientRect().left, "x");
    zoom(event.deltaY > 0 ? 1.25 : .8, clamp(from, t, to));
  }, { passive: false });
  // Fingers: one moves, two zoom.
  const fingers = new Map();
  let held = null;
  const hold = () => { held = { from, to, at: [...fingers.values()] }; };
  host.addEventListener("pointerdown", event => { if (event.pointerType === "touch") { fingers.set(event.pointerId, event.clientX); hold(); } });
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, event => { if (fingers.delete(event.pointerId)) hold(); });
  host.addEventListener("pointermove", event => {
    if (!fingers.has(event.pointerId) || !held) return;
    fingers.set(event.pointerId, event.clientX);
    const now = [...fingers.values()], over = strips[0].u.over.getBoundingClientRect(), per = (held.to - held.from) / over.width;
    if (now.length === 1) { const by = (held.at[0] - now[0]) * per; show(held.from + by, held.to + by, false); }
    else if (now.length === 2) {
      const wide = Math.max(20, Math.abs(held.at[0] - held.at[1])), factor = wide / Math.max(20, Math.abs(now[0] - now[1]));
      const at = held.from + ((held.at[0] + held.at[1]) / 2 - over.left) * per;
      show(at - (at - held.from) * factor, at + (held.to - at) * factor, false);
    }
  });
  let wide = host.clientWidth;
  new ResizeObserver(() => { if (host.clientWidth !== wide) { wide = host.clientWidth; strips.forEach(it => it.u.setSize({ width: Math.max(200, it.box.clientWidth), height: it.u.height })); } }).observe(host);
} else $("explore").hidden = true;

// ---- All VMs.
const V = JSON.parse(new TextDecoder().decode(await inflate(D.vms))), word = key => i => V.texts[V[key][i]];
const time = s => s === null ? "–" : duration(s);
const COLUMNS = [["name", "VM", word("name")], ["applications", "Applications", word("applications")], ["host", "Host", word("host")], ["replica", "Replica", word("replica")], ["every", "Copied every", time], ["age", "Oldest copy", time], ["rpo", "RPO", time], ["outage", "Oldest in an outage", time], ["back", "Back after", time], ["writes", "Writes per s", bytes], ["bound", "Bound by", word("bound")], ["health", "Health", word("health")]];
const texts = ["name", "applications", "host", "replica", "bound", "health"];
const isText = key => texts.includes(key);
const cell = ([key, , say], i) => isText(key) ? say(i) : say(V[key][i]);
const all = V.name.map((_, i) => i), table = $("vmtable"), box = $("vmbox"), ROW = 30, ROWS_WHOLE = 300;
let rows = all, sorted = "age", isDown = true;
const collator = new Intl.Collator("en", { numeric: true });
const SIZES = { s: 1, m: 60, h: 3600, d: 86400, K: 1e3, M: 1e6, G: 1e9 };
function find(text) {
  const tests = text.trim().split(/\s+/).filter(Boolean).map(token => {
    const match = /^([a-z]+)([<>])([\d.]+)([a-zA-Z]?)$/.exec(token), column = match && COLUMNS.find(it => !isText(it[0]) && it[0].startsWith(match[1]));
    if (column) { const limit = +match[3] * (SIZES[match[4]] || 1), values = V[column[0]]; return i => values[i] !== null && (match[2] === ">" ? values[i] > limit : values[i] < limit); }
    const low = token.toLowerCase();
    return i => texts.some(key => V.texts[V[key][i]].toLowerCase().includes(low));
  });
  rows = all.filter(i => tests.every(test => test(i)));
}
function order() {
  const values = V[sorted], sign = isDown ? -1 : 1;
  const by = isText(sorted) ? (a, b) => collator.compare(V.texts[values[a]], V.texts[values[b]]) * sign : (a, b) => (values[a] === null) - (values[b] === null) || (values[a] - values[b]) * sign;
  rows = [...rows].sort((a, b) => by(a, b) || a - b);
}
function line(i) {
  const row = make("tr");
  for (const column of COLUMNS) {
    const over = column[0] === "age" && V.rpo[i] !== null && V.age[i] > V.rpo[i] || column[0] === "outage" && V.rpo[i] !== null && V.outage[i] > V.rpo[i];
    const it = make(column[0] === "name" ? "th" : "td", { textContent: cell(column, i), className: (isText(column[0]) ? "" : "n") + (over ? " over" : "") });
    if (column[0] === "name") it.scope = "row";
    row.append(it);
  }
  return row;
}
const body = make("tbody"), spacer = height => make("tr", { ariaHidden: "true" }, make("td", { colSpan: COLUMNS.length, style: `height:${height}px;padding:0;border:0` }));
function fill() {
  if (rows.length <= ROWS_WHOLE) { body.replaceChildren(...rows.map(line)); return; }
  const first = clamp(0, Math.floor(box.scrollTop / ROW) - 8, rows.length), last = Math.min(rows.length, first + Math.ceil(box.clientHeight / ROW) + 16);
  body.replaceChildren(spacer(first * ROW), ...rows.slice(first, last).map((i, place) => { const row = line(i); row.ariaRowIndex = first + place + 2; return row; }), spacer((rows.length - last) * ROW));
}
function heads() {
  const row = make("tr");
  for (const [key, title] of COLUMNS) {
    const button = make("button", { type: "button", textContent: title + (key === sorted ? (isDown ? " ↓" : " ↑") : ""), onclick: () => { if (sorted === key) isDown = !isDown; else [sorted, isDown] = [key, !isText(key)]; heads(); order(); fill(); head.querySelectorAll("button")[COLUMNS.findIndex(it => it[0] === key)].focus(); } });
    const it = make("th", { scope: "col", className: isText(key) ? "" : "n" }, button);
    if (key === sorted) it.ariaSort = isDown ? "descending" : "ascending";
    row.append(it);
  }
  head.replaceChildren(row);
}
const head = make("thead");
table.append(make("caption", { textContent: "All VMs; ages while nothing fails" }), head, body);
function refresh() { find($("find").value); order(); box.scrollTop = 0; fill(); $("shown").textContent = rows.length === all.length ? `${all.length}` : `${rows.length} of ${all.length}`; table.ariaRowCount = rows.length + 1; }
heads(); refresh();
$("find").oninput = refresh;
let waiting = false;
box.addEventListener("scroll", () => { if (rows.length > ROWS_WHOLE && !waiting) { waiting = true; requestAnimationFrame(() => { waiting = false; fill(); }); } });
addEventListener("keydown", event => { if (event.key === "/" && !/input|textarea/i.test(event.target.tagName)) { $("find").focus(); event.preventDefault(); } });

// ---- What is packed: recoveries until they are shown and their VMs until they are unfolded, sections until they come near, are asked for or are printed.
const unpack = it => { const packed = it && it.querySelector(":scope > noscript"); if (packed) packed.outerHTML = packed.textContent; };
const asked = () => { const it = location.hash.length > 1 && $(decodeURIComponent(location.hash.slice(1))); if (it) { unpack(it); it.scrollIntoView(); } };
const near = new IntersectionObserver(seen => seen.forEach(it => { if (it.isIntersecting) { near.unobserve(it.target); unpack(it.target); } }), { rootMargin: "800px" });
document.querySelectorAll("section:has(> noscript)").forEach(it => near.observe(it));
document.querySelectorAll(".tabs > input").forEach((it, at) => it.addEventListener("change", () => unpack(document.querySelectorAll(".tab")[at])));
document.querySelectorAll("details").forEach(it => it.addEventListener("toggle", () => unpack(it)));
addEventListener("beforeprint", () => document.querySelectorAll(":is(section, .tab):has(> noscript)").forEach(unpack));
addEventListener("hashchange", asked);
asked();

// ---- Theme and print.
const theme = $("theme"), root = document.documentElement, isDark = () => root.classList.contains("dark") || !root.classList.contains("light") && matchMedia("(prefers-color-scheme: dark)").matches;
theme.textContent = isDark() ? "Light" : "Dark";
theme.onclick = () => { const was = isDark(); root.classList.toggle("dark", !was); root.classList.toggle("light", was); theme.textContent = was ? "Dark" : "Light"; strips.forEach(it => it.u.redraw()); };
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => strips.forEach(it => it.u.redraw()));
$("print").onclick = () => print();
root.dataset.ready = "yes";
})();
