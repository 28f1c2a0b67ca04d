// A space-time diagram: lines from left to right, time compressed where nothing happens. Draws only what is in sight.
const SVG = 'http://www.w3.org/2000/svg';
const TRAFFIC = ['token', 'form', 'data', 'control'];
const seconds = t => (t / 1e6).toFixed(t % 1000 ? 6 : 3).replace(/(\.\d{3})000$/, '$1') + ' s';

class SpaceTime {
  constructor(host, options) {
    this.options = Object.assign({ token: true, control: false, data: true, follow: false }, options);
    this.lines = []; this.marks = []; this.traffic = []; this.zoom = 1; this.chosen = null; this.keys = new Map();
    this.box = document.createElement('div'); this.box.className = 'scroll'; this.box.tabIndex = 0;
    this.box.setAttribute('role', 'application');
    this.box.setAttribute('aria-label', 'Space-time diagram. Left and right arrows go from event to event, Home and End to the first and last, plus and minus zoom.');
    this.space = document.createElement('div'); this.space.className = 'space';
    this.svg = document.createElementNS(SVG, 'svg'); this.svg.setAttribute('role', 'img'); this.svg.setAttribute('aria-label', 'Lines of daemons and members over time');
    this.told = document.createElement('p'); this.told.className = 'told'; this.told.setAttribute('aria-live', 'polite');
    this.space.append(this.svg); this.box.append(this.space); host.classList.add('st'); host.append(this.box, this.told);
    this.box.addEventListener('scroll', () => { this.pinned = this.box.scrollLeft + this.box.clientWidth > this.space.offsetWidth - 40; this.later(); });
    this.box.addEventListener('keydown', e => this.key(e));
    new ResizeObserver(() => { if (this.chosen) this.reveal(this.chosen.t); else if (this.pinned) this.stale = true; this.later(); }).observe(this.box);
    this.pinned = true;
  }
  get gutter() { return this.box.clientWidth < 560 ? 58 : 92; }
  load(lines, marks) { this.marks = []; this.traffic = []; this.add(lines, marks); }
  add(lines, marks) {
    this.lines = lines; for (const m of marks) (TRAFFIC.includes(m.k) ? this.traffic : this.marks).push(m);
    if (this.options.follow) {
      if (this.traffic.length > 12000) this.traffic = this.traffic.slice(-8000);
      if (this.marks.length > 12000) this.marks = this.marks.slice(-8000);
    }
    this.stale = true; this.later();
  }
  show(what, on) { this.options[what] = on; this.stale = true; this.later(); }
  visible(m) { return m.k === 'token' || m.k === 'form' ? this.options.token : m.k === 'control' ? this.options.control : m.k === 'data' ? this.options.data : true; }
  later() { if (!this.asked) { this.asked = true; requestAnimationFrame(() => { this.asked = false; this.draw(); }); } }

  // ---- time to place
  layout() {
    this.stale = false;
    this.seen = this.marks.concat(this.traffic.filter(m => this.visible(m))).sort((a, b) => a.t - b.t);
    const times = new Float64Array(this.seen.length * 2); let n = 0, end = this.options.now || 0;
    for (const m of this.seen) { times[n++] = m.t; if (m.a > 0 && m.k !== 'pause') times[n++] = m.a; end = Math.max(end, m.t); }
    const all = times.slice(0, n).sort(); const at = [], x = [];
    const gaps = []; for (let i = 1; i < all.length; i++) if (all[i] > all[i - 1]) gaps.push(all[i] - all[i - 1]);
    gaps.sort((a, b) => a - b);
    const usual = gaps.length ? gaps[gaps.length >> 1] : 1; const cap = 56 * this.zoom; const rate = 15 * this.zoom / Math.max(1, usual);
    let p = 0;
    for (let i = 0; i < all.length; i++) {
      if (i && all[i] === all[i - 1]) continue;
      if (at.length) p += Math.max(1.5 * this.zoom, cap * (1 - Math.exp(-(all[i] - at[at.length - 1]) * rate / cap)));
      at.push(all[i]); x.push(p);
    }
    this.at = at; this.x = x; this.cap = cap; this.width = p + 140;
    this.segments();
  }
  place(t) {
    const at = this.at; let lo = 0, hi = at.length - 1;
    if (hi < 0) return 0; if (t <= at[0]) return this.x[0]; if (t >= at[hi]) return this.x[hi] + Math.min(60, (t - at[hi]) / 20000);
    while (hi - lo > 1) { const mid = (lo + hi) >> 1; if (at[mid] <= t) lo = mid; else hi = mid; }
    return this.x[lo] + (this.x[hi] - this.x[lo]) * (t - at[lo]) / (at[hi] - at[lo]);
  }
  // rings and views have colours of their own, so that none looks like the other
  colour(key, ring) {
    if (!this.keys.has(key)) { let n = 0; for (const [, c] of this.keys) n += (c < 4) === !!ring; this.keys.set(key, ring ? n % 4 : 4 + n % 6); }
    return this.keys.get(key);
  }
  segments() {
    this.spans = this.lines.map(() => []); this.sends = new Map();
    const open = new Array(this.lines.length).fill(null); const end = this.at.length ? this.at[this.at.length - 1] + 1e6 : 0;
    const close = (l, t) => { if (open[l]) { open[l].to = t; this.spans[l].push(open[l]); open[l] = null; } };
    for (const m of this.marks.slice().sort((a, b) => a.t - b.t)) {
      if (m.k === 'send' && m.m) this.sends.set(m.m, m);
      if (m.l === undefined) continue;
      if (m.k === 'view' || m.k === 'ring') { close(m.l, m.t); open[m.l] = { from: m.t, c: this.colour(m.m, m.k === 'ring'), text: m.s, key: m.m }; }
      else if (m.k === 'token_lost' || m.k === 'excluded') close(m.l, m.t);
      else if (m.k === 'down') { close(m.l, m.t); open[m.l] = { from: m.t, down: true }; }
      else if (m.k === 'up') close(m.l, m.t);
      else if (m.k === 'leave' && m.s.startsWith('has left')) close(m.l, m.t);
      else if (m.k === 'pause') this.spans[m.l].push({ from: m.t, to: m.a, pause: true });
    }
    for (let l = 0; l < open.length; l++) close(l, end);
  }

  // ---- drawing
  draw() {
    const width = this.box.clientWidth; if (!width) return;
    if (this.stale || !this.at) {
      this.layout(); this.space.style.width = Math.max(width, this.width + this.gutter) + 'px';
      if (this.options.follow && this.pinned) this.box.scrollLeft = this.space.offsetWidth;
    }
    const from = this.box.scrollLeft; this.paint(this.svg, from, width, this.gutter);
  }
  height() { return 46 + this.lines.length * this.row + 10; }
  get row() { return this.lines.length > 14 ? 30 : 44; }
  y(l) { return 62 + l * this.row; }
  paint(svg, from, width, gutter) {
    const h = this.height(); svg.setAttribute('width', width); svg.setAttribute('height', h); svg.setAttribute('viewBox', `0 0 ${width} ${h}`);
    svg.textContent = '';
    const make = (tag, attributes, text, parent) => {
      const e = document.createElementNS(SVG, tag); for (const k in attributes) e.setAttribute(k, attributes[k]);
      if (text !== undefined) e.textContent = text; (parent || svg).append(e); return e;
    };
    const X = t => gutter + 8 + this.place(t) - from; const lo = gutter - 30, hi = width + 30;
    // ---- spans of views
    this.lines.forEach((line, l) => {
      const y = this.y(l);
      make('line', { class: 'base', x1: gutter, x2: width, y1: y, y2: y });
      for (const s of this.spans[l]) {
        const a = Math.max(lo, X(s.from)), b = Math.min(hi, X(s.to)); if (b < lo || a > hi) continue;
        if (s.down) { make('rect', { class: 'gutter', x: a, y: y - 3, width: Math.max(0, b - a), height: 6 }); make('line', { class: 'base down', x1: a, x2: b, y1: y, y2: y }); continue; }
        if (s.pause) { make('rect', { class: 'pausefill', x: a, y: y - 9, width: Math.max(2, b - a), height: 18, rx: 3 }); continue; }
        make('rect', { class: 'c' + s.c, x: a, y: y - 6, width: Math.max(1, b - a), height: 12, rx: 3 });
      }
    });
    // ---- axis
    let lastLabel = -1e9, lastTime = -1e9;
    for (let i = this.first(from - 60); i < this.at.length; i++) {
      const x = gutter + 8 + this.x[i] - from; if (x > width + 40) break;
      if (x - lastLabel > 92 && x > gutter) { make('text', { class: 'dim', x: x - 2, y: 40 }, (this.at[i] / 1e6).toFixed(this.at[i] - lastTime < 2000 ? 6 : 3) + ' s'); make('line', { class: 'base', x1: x, x2: x, y1: 43, y2: 47 }); lastLabel = x; lastTime = this.at[i]; }
    }
    // ---- arrows and signs
    const faults = []; let lastFault = -1e9, tier = 0;
    for (let i = 0; i < this.seen.length; i++) {
      const m = this.seen[i]; const x = X(m.t); if (x > hi) break;
      if (x < lo && !(m.a > 0 && X(m.a) >= lo) && !(m.k === 'send' || m.k === 'deliver')) continue;
      this.sign(make, m, i, x, X, lo, hi, h, faults);
    }
    const said = []; // what comes at one moment shares a label
    for (const [x, m] of faults.sort((a, b) => a[0] - b[0])) {
      const before = said[said.length - 1]; const bad = m.k === 'violation'; const text = bad ? '✗ ' + m.s.split(':')[0] : m.s.slice(0, 44);
      if (before && x - before.x < 3 && before.bad === bad) before.text += '; ' + text; else said.push({ x, text, bad });
    }
    for (const { x, text, bad } of said) {
      tier = x < lastFault ? 1 - tier : 0; lastFault = x + text.length * 6.7 + 12;
      if (x >= gutter - 4) make('text', { class: bad ? 'broken' : 'fault', x: x + 4, y: tier ? 26 : 12 }, text);
    }
    for (let l = 0; l < this.lines.length; l++) {
      let last = -1e9;
      for (const s of this.spans[l]) {
        if (s.down || s.pause) continue;
        const a = Math.max(gutter + 4, X(s.from) + 2), b = Math.min(hi, X(s.to)); if (b < gutter || a > width || a < last) continue;
        const room = Math.floor((b - a) / 6.6); if (room < 3) continue;
        const text = s.text.length > room ? s.text.slice(0, Math.max(1, room - 1)) + '…' : s.text;
        make('text', { class: 'dim', x: a, y: this.y(l) - 10 }, text); last = a + text.length * 6.6;
      }
    }
    if (this.chosen) { const x = X(this.chosen.t); if (x > lo && x < hi) make('circle', { class: 'chosen', cx: x, cy: this.chosen.l === undefined ? 47 : this.y(this.chosen.l), r: 12 }); }
    if (this.options.now !== undefined) { const x = X(this.options.now); if (x > gutter && x < hi) make('line', { class: 'now', x1: x, x2: x, y1: 44, y2: h - 6 }); }
    // ---- names
    make('rect', { class: 'gutter', x: 0, y: 0, width: gutter - 4, height: h });
    this.lines.forEach((line, l) => {
      make('text', { class: 'name', x: 6, y: this.y(l) + 4 }, line.name);
      if (line.at && this.row > 40) make('text', { class: 'dim', x: 6, y: this.y(l) + 17 }, 'at ' + line.at);
      else if (line.at && gutter > 80) make('text', { class: 'dim', x: 12 + 8 * line.name.length, y: this.y(l) + 4 }, line.at);
    });
  }
  first(x) { let lo = 0, hi = this.x.length; while (lo < hi) { const mid = (lo + hi) >> 1; if (this.x[mid] < x) lo = mid + 1; else hi = mid; } return lo; }
  sign(make, m, i, x, X, lo, hi, h, faults) {
    const y = m.l === undefined ? 0 : this.y(m.l);
    const pick = e => { e.classList.add('event'); e.addEventListener('click', () => this.choose(m)); const t = document.createElementNS(SVG, 'title'); t.textContent = this.words(m); e.append(t); return e; };
    switch (m.k) {
      case 'token': case 'form': case 'data': case 'control': {
        if (m.o === m.l) return;
        const lost = m.a < 0; const y2 = this.y(m.o); const x2 = lost ? x + 16 : X(m.a); const ye = lost ? y + (y2 - y) * .45 : y2;
        pick(make('path', { class: m.k + (lost ? ' lost' : ''), d: `M${x.toFixed(1)} ${y}L${x2.toFixed(1)} ${ye.toFixed(1)}` + (lost ? `m-4 -4l8 8m-8 0l8 -8` : this.tip(x, y, x2, ye)) })); return; }
      case 'send': if (x > lo) pick(make('path', { class: 'send', d: `M${x - 5} ${y + 5}L${x + 5} ${y + 5}L${x} ${y - 5}Z` })); return;
      case 'deliver': {
        const s = this.sends.get(m.m);
        if (s && s.l !== m.l) { const sx = X(s.t); if (!(sx > hi || x < lo)) make('path', { class: 'mess', d: `M${sx.toFixed(1)} ${this.y(s.l)}L${x.toFixed(1)} ${y}` }); }
        if (x > lo) { pick(make('circle', { class: 'deliver' + (/SAFE/.test(m.s) ? ' safe' : ''), cx: x, cy: y, r: 4.5 })); const word = /“(.{1,9})”/.exec(m.s); if (word) make('text', { class: 'dim', x: x - 3, y: y + 17 }, word[1]); }
        return; }
      case 'fault': make('line', { class: 'fault', x1: x, x2: x, y1: 30, y2: h }); faults.push([x, m]); return;
      case 'violation': pick(make('line', { class: 'broken', x1: x, x2: x, y1: 16, y2: h })); if (m.l !== undefined) pick(make('circle', { class: 'broken', cx: x, cy: y, r: 10 })); if (m.l === undefined || !faults.some(f => f[1].s === m.s)) faults.push([x, m]); return;
      case 'transition': pick(make('path', { class: 'warnfill', d: `M${x} ${y - 8}L${x + 7} ${y}L${x} ${y + 8}L${x - 7} ${y}Z` })); return;
      case 'flush_request': pick(make('text', { class: 'sign warnfill', x, y: y + 19 }, '?')); pick(make('line', { class: 'fault', x1: x, x2: x, y1: y - 7, y2: y + 8 })); return;
      case 'consent': pick(make('text', { class: 'sign okfill', x, y: y + 19 }, '✓')); return;
      case 'down': pick(make('text', { class: 'sign bad', x, y: y + 5 }, '✕')); return;
      case 'up': pick(make('circle', { class: 'okfill', cx: x, cy: y, r: 4 })); return;
      case 'token_lost': pick(make('text', { class: 'sign bad', x, y: y + 5 }, '!')); return;
      case 'role': pick(make('text', { class: 'dim', x: x + 3, y: y + 18 }, m.s)); pick(make('rect', { class: 'accfill', x: x - 1, y: y - 9, width: 2.5, height: 18 })); return;
      case 'excluded': pick(make('text', { class: 'sign bad', x, y: y + 19 }, '⊘')); return;
      case 'join': case 'leave': pick(make('circle', { class: m.k === 'join' ? 'okfill' : 'warnfill', cx: x, cy: y, r: 3 })); return;
      case 'state': pick(make('rect', { class: 'accfill', x: x - 3.5, y: y - 3.5, width: 7, height: 7, transform: `rotate(45 ${x} ${y})` })); { const word = /“(.{1,9})”/.exec(m.s); if (word) make('text', { class: 'dim', x: x - 3, y: y + 17 }, word[1]); } return;
      case 'view': case 'ring': pick(make('rect', { class: 'c' + this.colour(m.m, m.k === 'ring'), x: x - 2, y: y - 9, width: 4, height: 18, rx: 1 })); return;
      case 'pause': return;
    }
  }
  tip(x1, y1, x2, y2) {
    const d = Math.hypot(x2 - x1, y2 - y1) || 1, ux = (x2 - x1) / d, uy = (y2 - y1) / d; const bx = -ux * 6, by = -uy * 6;
    return `m${(bx - uy * 3).toFixed(1)} ${(by + ux * 3).toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}l${(bx + uy * 3).toFixed(1)} ${(by - ux * 3).toFixed(1)}`;
  }
  words(m) {
    const who = m.l === undefined ? '' : this.lines[m.l].name + (m.o !== undefined ? ' → ' + this.lines[m.o].name : '') + ': ';
    const kind = { send: 'sends ', deliver: 'delivers ', flush_request: 'is asked to flush ', consent: 'consents ', view: 'view of ', violation: 'BROKEN: ' }[m.k] || '';
    return seconds(m.t) + '  ' + who + kind + (m.s || m.k) + (m.a === -1 ? ' (lost)' : m.a > 0 && m.o !== undefined ? ', arrives ' + seconds(m.a) : '');
  }

  // ---- going from event to event
  choose(m) { this.chosen = m; this.told.textContent = this.words(m); this.reveal(m.t); this.later(); if (this.onchoose) this.onchoose(m); }
  reveal(t) {
    if (this.stale || !this.at) this.layout();
    const x = this.place(t), from = this.box.scrollLeft, room = this.box.clientWidth - this.gutter;
    if (x < from + 20 || x > from + room - 40) this.box.scrollLeft = Math.max(0, x - room / 2);
  }
  step(by) {
    if (!this.seen || !this.seen.length) return; const list = this.seen;
    let i = this.chosen ? list.indexOf(this.chosen) : -1; if (i < 0) i = by > 0 ? this.index(this.box.scrollLeft) - 1 : list.length;
    i = Math.max(0, Math.min(list.length - 1, i + by)); this.choose(list[i]);
  }
  index(x) { let i = 0; while (i < this.seen.length - 1 && this.place(this.seen[i].t) < x) i++; return i; }
  scale(by) { const mid = this.chosen ? this.chosen.t : this.timeAt(this.box.scrollLeft + this.box.clientWidth / 2); this.zoom = Math.max(.05, Math.min(12, this.zoom * by)); this.layout(); this.space.style.width = Math.max(this.box.clientWidth, this.width + this.gutter) + 'px'; this.box.scrollLeft = this.place(mid) - (this.box.clientWidth - this.gutter) / 2; this.later(); }
  timeAt(x) { return this.at && this.at.length ? this.at[Math.max(0, Math.min(this.at.length - 1, this.first(x - this.gutter)))] : 0; }
  key(e) {
    const by = { ArrowRight: 1, ArrowLeft: -1, PageDown: 20, PageUp: -20 }[e.key];
    if (by) this.step(by); else if (e.key === 'Home') this.seen.length && this.choose(this.seen[0]); else if (e.key === 'End') this.seen.length && this.choose(this.seen[this.seen.length - 1]);
    else if (e.key === '+' || e.key === '=') this.scale(1.4); else if (e.key === '-') this.scale(1 / 1.4); else return;
    e.preventDefault(); e.stopPropagation();
  }

  // ---- a file of its own
  exported(all) {
    const svg = document.createElementNS(SVG, 'svg'); svg.setAttribute('xmlns', SVG); svg.setAttribute('class', 'st');
    if (this.stale || !this.at) this.layout();
    if (all) this.paint(svg, 0, Math.min(30000, this.width + 100), 92); else this.paint(svg, this.box.scrollLeft, this.box.clientWidth, this.gutter);
    const root = getComputedStyle(document.documentElement);
    const css = DIAGRAM_STYLE.replace(/var\((--\w+)\)/g, (_, name) => root.getPropertyValue(name).trim() || '#888');
    const style = document.createElementNS(SVG, 'style'); style.textContent = css; const back = document.createElementNS(SVG, 'rect');
    back.setAttribute('width', '100%'); back.setAttribute('height', '100%'); back.setAttribute('fill', root.getPropertyValue('--card').trim()); svg.prepend(style, back);
    return new XMLSerializer().serializeToString(svg);
  }
}
const save = (name, text, type) => { const a = document.createElement('a'); a.href = URL.createObjectURL(new Blob([text], { type })); a.download = name; a.click(); setTimeout(() => URL.revokeObjectURL(a.href), 1000); };
