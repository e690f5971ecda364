// The page: reads the stream of ticks, and shows each tick. No frameworks; draw.js has the waterfall.
import { waterfall, ms } from './draw.js';

const $ = id => document.getElementById(id);
const GLYPHS = { waiting: '●', queued: '◔', ok: '✓', failed: '✗', late: '◷', stopped: '⊘', stale: '◇', fallback: '◇', incomplete: '◐', skipped: '–', 'not asked': '–' };
const KINDS = [['none', 'as usual'], ['slow=500', 'slow, 500 ms'], ['hang', 'hanging'], ['503', 'answering 503'], ['reset', 'breaking connections']];
const state = { tick: null, paused: false, at: 0, message: null, token: sessionStorage.getItem('token') || '', load: -1, loadAt: 0, shown: [], fetched: null, asked: Infinity, told: '', toldUntil: 0, login: null };

/* --- Small things --- */

function el(tag, props = {}, ...children) {
  const made = Object.assign(document.createElement(tag), props);
  made.append(...children);
  return made;
}

function text(node, value) { if (node.textContent !== value) node.textContent = value; }

// Keeps the children of a parent: one for each item, in their order, made once for each key.
function keyed(parent, items, key, make, update) {
  const old = new Map([...parent.children].map(child => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = key(item);
    let node = old.get(name);
    if (node) old.delete(name);
    else { node = make(item); node.dataset.key = name; }
    if (node !== place) parent.insertBefore(node, place);
    else place = place.nextElementSibling;
    update(node, item);
  }
  old.forEach(node => node.remove());
}

const headers = () => state.token ? { Authorization: 'Bearer ' + state.token } : {};
// Given up after a while, since a browser has six connections and the next ones would wait for them.
const ask = (path, options = {}) => saved ? savedAnswer(path) : fetch(path, { signal: AbortSignal.timeout(10000), ...options, headers: { ...headers(), ...options.headers } });
const percent = (some, all) => all ? Math.round(1000 * some / all) / 10 : 0;

/* --- A saved minute, in place of the service --- */

// What a file that was saved holds; null where the page has a service.
const saved = $('saved') ? { ticks: [], requests: [], at: 0, playing: false } : null;

async function unpack() {
  const bytes = Uint8Array.from(atob($('saved').textContent), each => each.charCodeAt(0));
  const lines = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
  for (const line of lines.trim().split('\n').map(each => JSON.parse(each))) {
    if (line.version) saved.head = line;
    if (line.tick) saved.ticks.push(line.tick);
    if (line.request) saved.requests.push({ view: line.request, row: rowOfView(line.request) });
  }
  const last = saved.ticks.length - 1;
  $('at').max = last;
  $('at').oninput = () => { saved.playing = false; at(Number($('at').value)); };
  $('time').hidden = last === 0;
  $('pause').hidden = last === 0;
  for (const node of document.querySelectorAll('.served')) node.hidden = true;
  at(last);
  setInterval(() => { if (saved.playing) { if (saved.at === last) saved.playing = false; at(Math.min(saved.at + 1, last)); } }, 1000);
  navigate();
}

function rowOfView(view) {
  return { ...view, waitsFor: view.awaits ? `${view.awaits}: ${view.waitsFor}` : view.waitsFor, arrivedMs: Date.parse(view.arrived),
    parts: view.parts.map(part => ({ ...part, budgetMs: part.budgetMs === null || part.askedMs === null ? null : part.askedMs + part.budgetMs })) };
}

// Shows the tick of a second. What had ended by then is among the requests, which the file has once.
function at(place) {
  saved.at = place;
  const tick = saved.ticks[place];
  tick.kept = saved.requests.map(each => each.row).filter(row => row.outcome !== 'running' && row.arrivedMs + row.ms <= tick.atMs + 1);
  tick.keptCount = tick.kept.length;
  state.inFlight = saved.ticks.slice(0, place + 1).map(each => each.where.total);
  state.tick = tick;
  $('at').value = place;
  $('at').setAttribute('aria-valuetext', new Date(tick.atMs).toLocaleTimeString());
  text($('pause'), saved.playing ? 'Pause' : 'Play');
  refetch();
  show();
}

async function savedAnswer(path) {
  const url = new URL(path, 'http://saved');
  if (url.pathname === '/requests') {
    const want = url.searchParams;
    const which = want.get('which');
    const rows = [...(which === 'kept' ? [] : state.tick.running), ...(which === 'running' ? [] : state.tick.kept)].filter(row =>
      (!want.get('route') || row.route === want.get('route')) && (!want.get('outcome') || row.outcome === want.get('outcome'))
      && (!want.get('waits') || (row.waitsAt + ': ').startsWith(want.get('waits') + ': '))
      && (!want.get('reason') || row.parts.some(part => part.reason === want.get('reason'))) && row.ms >= Number(want.get('min') || 0));
    return new Response(JSON.stringify({ matching: rows.length, requests: rows }));
  }
  const id = decodeURIComponent(url.pathname.slice('/requests/'.length));
  const found = saved.requests.find(each => each.view.id === id);
  return found ? new Response(JSON.stringify({ ...found.view, running: false, cancellable: false }))
    : new Response('The file does not have this request: it ended well before the minute was saved, and others of its kind took its place.', { status: 404 });
}

/* --- The stream --- */

// A connection that says nothing for that long is given up: what is between may have lost it without a word.
const LONGEST_SILENCE = 15000;
let connection = null;

async function follow() {
  for (;;) {
    try {
      connection = new AbortController();
      state.asked = performance.now();
      const reply = await ask('/live', { signal: connection.signal });
      if (reply.status === 401) { await login(); continue; }
      if (!reply.ok) throw new Error((await reply.text()).trim());
      state.message = null;
      await read(reply.body.getReader());
      throw new Error('The connection to the service ended.');
    } catch (error) {
      state.message = error instanceof TypeError ? 'The service does not answer: look whether it runs.' : error.name === 'AbortError' ? 'The connection is silent.' : error.message;
      state.asked = Infinity;
      status();
      await new Promise(done => setTimeout(done, 1500));
    }
  }
}

async function read(reader) {
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
    rest = lines.pop();
    for (const line of lines) take(JSON.parse(line));
  }
}

function take(message) {
  if (message.gap) { tell(`${message.gap} ticks were left out: this page does not keep up.`); return; }
  state.at = performance.now();
  state.inFlight = [...(state.inFlight || []), message.where.total].slice(-480);
  if (state.paused) { status(); return; }
  state.tick = message;
  show();
}

function login() {
  $('login').hidden = false;
  $('token').focus();
  state.login = state.token ? 'The admin listener does not know this token. ADMIN_TOKEN or ADMIN_TOKEN_FILE of the service has the right one.' : 'This page needs the token of the admin listener.';
  $('token').value = '';
  status();
  return new Promise(done => {
    $('login').onsubmit = event => {
      event.preventDefault();
      state.token = $('token').value.trim();
      sessionStorage.setItem('token', state.token);
      $('login').hidden = true;
      state.login = null;
      done();
    };
  });
}

function status() {
  if (saved) {
    text($('state'), `saved, ${new Date(saved.ticks[saved.at].atMs).toLocaleString()}` + (saved.at < saved.ticks.length - 1 ? `, ${Math.round((saved.ticks.at(-1).atMs - saved.ticks[saved.at].atMs) / 1000)} s before the end` : ''));
    return;
  }
  if (state.login) {
    $('state').className = '';
    text($('state'), state.login);
    return;
  }
  const age = (performance.now() - state.at) / 1000;
  const lost = state.at === 0 ? state.message !== null : age > 2;
  if (performance.now() - Math.max(state.at, state.asked) > LONGEST_SILENCE) connection.abort();
  document.body.classList.toggle('lost', lost);
  $('state').className = lost ? 'lost' : state.at === 0 ? '' : 'live';
  if (state.at === 0) text($('state'), state.message ? `${state.message} This page tries again by itself.` : 'connecting …');
  else if (lost) text($('state'), `No news for ${Math.round(age)} s: what you see is old. ${state.message ? state.message + ' ' : ''}This page tries again by itself.`);
  else if (performance.now() < state.toldUntil) text($('state'), state.told);
  else text($('state'), state.paused ? 'paused; the service goes on' : 'live');
}

// Says something for a while, in place of 'live'.
function tell(words) {
  Object.assign(state, { told: words, toldUntil: performance.now() + 8000 });
  status();
}
if (!saved) setInterval(status, 1000);

/* --- Everything --- */

function show() {
  status();
  if ($('overview').hidden) return;
  const tick = state.tick;
  now(tick);
  where(tick.where);
  lints(tick.lints);
  requests(tick);
  downstreams(tick.downstreams);
}

/* --- Now --- */

const CARDS = [
  ['Requests a second', second => second.requests, tick => rate(tick, 'requests'), ''],
  ['Latency p50 / p99', second => second.p99 || null, tick => { const last = recent(tick, 10).filter(each => each.requests);
    return last.length ? pair(last.reduce((sum, each) => sum + each.p50, 0) / last.length, Math.max(...last.map(each => each.p99))) : '–'; }, ''],
  ['In flight', null, tick => tick.where.total, ''],
  ['Partial pages', second => second.requests ? percent(second.partial, second.requests) : null, tick => share(tick, 'partial', 'requests'), ' %'],
  ['Shed calls a second', second => second.shed, tick => rate(tick, 'shed'), ''],
  ['Extra calls', second => second.calls ? percent(second.extra, second.calls) : null, tick => share(tick, 'extra', 'calls'), ' %'],
];
const pair = (low, high) => { const [a, b] = [ms(low), ms(high)]; return a.split(' ')[1] === b.split(' ')[1] ? `${a.split(' ')[0]} / ${b}` : `${a} / ${b}`; };
const recent = (tick, seconds) => tick.seconds.slice(-seconds - 1, -1);
const sum = (seconds, field) => seconds.reduce((all, each) => all + each[field], 0);
const rate = (tick, field) => { const all = sum(recent(tick, 5), field) / 5; return all >= 10 ? Math.round(all) : Math.round(all * 10) / 10; };
const share = (tick, field, of) => percent(sum(recent(tick, 10), field), sum(recent(tick, 10), of));
const plots = [];

function now(tick) {
  if (!plots.length) for (const [title] of CARDS) card(title);
  // All that is read of the layout is read before anything is changed.
  const widths = plots.map(each => each.plot.clientWidth);
  const colour = getComputedStyle(document.documentElement).getPropertyValue('--first').trim();
  const second = Math.floor(tick.atMs / 1000); // but for the last line, the numbers are those of whole seconds
  CARDS.forEach(([title, line, value, unit], i) => {
    const big = String(value(tick));
    text(plots[i].big, big + unit);
    label(plots[i].node, `${title}: ${big}${unit}, with the last two minutes as a line`);
    const { width, colour: before, second: drawn } = plots[i];
    if (line && width === widths[i] && before === colour && drawn === second) return; // as it was
    draw(plots[i], line ? bridged(tick.seconds.slice(0, -1).map(line)) : twoMinutes(state.inFlight), widths[i], colour);
    plots[i].second = second;
  });
}

function label(node, words) { if (node.getAttribute('aria-label') !== words) node.setAttribute('aria-label', words); }

// A line goes on over a few seconds without a number (undefined), and ends where there is none for longer (null). A number
// holds for the next second, too, so that one alone is seen.
function bridged(values) {
  const all = [...values];
  let from = -1;
  values.forEach((value, i) => {
    if (value === null) { if (from === i - 1 && i > 0) all[i] = values[from]; return; }
    if (from >= 0 && i - from <= 10) all.fill(undefined, from + 1, i);
    from = i;
  });
  return all;
}

// Numbers of the time since the page was opened, or a minute was saved, with nothing before them.
function twoMinutes(values) { const most = saved ? 120 : 480; return [...Array(Math.max(0, most - values.length)).fill(null), ...values]; }

function card(title) {
  const big = el('div', { className: 'big' });
  const plot = el('div', { className: 'plot' });
  const node = el('div', { className: 'card' }, el('h3', { textContent: title }), big, plot);
  node.setAttribute('role', 'img');
  $('cards').append(node);
  plots.push({ node, big, plot });
}

function draw(plot, values, width, colour) {
  const data = [values.map((_, i) => i), values];
  if (!width || typeof uPlot === 'undefined') return;
  if (plot.chart && (plot.width !== width || plot.colour !== colour)) { plot.chart.destroy(); plot.chart = null; }
  if (!plot.chart) {
    Object.assign(plot, { width, colour });
    plot.chart = new uPlot({ width, height: 38, cursor: { show: false }, legend: { show: false }, padding: [3, 0, 2, 0],
      axes: [{ show: false }, { show: false }], scales: { x: { time: false }, y: { range: (_, least, most) => [0, Math.max(1, most)] } },
      series: [{}, { stroke: colour, fill: colour + '33', width: 1.5, points: { show: false } }] }, data, plot.plot);
  } else plot.chart.setData(data);
}

/* --- Where requests are --- */

function where(all) {
  text($('where-sum'), all.total ? `${all.total} now, each counted once; the oldest for ${ms(all.oldestMs)}` : '');
  const box = $('icicle');
  if (!all.total) {
    keyed(box, ['none'], each => each, () => el('p', { className: 'empty' }), node => text(node, 'No request is in flight. When there are some, this shows what each of them waits for.'));
    return;
  }
  keyed(box, ['all'], each => each, () => el('div', { className: 'level' }), level => nodes(level, all.routes, 'n-route', route => {
    choose({ route: route.name, waits: '', which: 'running' });
  }, (node, route) => {
    const parts = child(node, 'level');
    nodes(parts, route.parts, 'n-part', part => choose({ route: route.name, waits: part.name || '-', which: 'running' }), (below, part) => {
      keyed(child(below, 'level'), part.waits, wait => wait.name, wait => el('div', { className: 'node n-wait w-' + wait.name.replaceAll(' ', '-') }, el('button', { type: 'button' })), (leaf, wait) => {
        leaf.style.flexGrow = wait.count;
        named(leaf.firstElementChild, `${wait.name} ${wait.count}`);
        leaf.firstElementChild.onclick = () => choose({ route: route.name, waits: `${part.name || '-'}: ${wait.name}`, which: 'running' });
      });
    });
  }));
}

function child(node, name) {
  let found = node.querySelector(':scope > .' + name);
  if (!found) { found = el('div', { className: name }); node.append(found); }
  return found;
}

function nodes(level, items, name, click, below) {
  keyed(level, items, item => item.name, () => el('div', { className: 'node ' + name }, el('button', { type: 'button' })), (node, item) => {
    node.style.flexGrow = item.count;
    named(node.firstElementChild, `${item.name === '-' ? 'no route yet' : item.name || 'the answer'} ${item.count}`);
    node.firstElementChild.onclick = () => click(item);
    below(node, item);
  });
}

function named(node, words) { text(node, words); if (node.title !== words) node.title = words; }

/* --- What looks wrong --- */

function lints(all) {
  if (!all.length) {
    keyed($('lints'), ['fine'], each => each, () => el('li', { className: 'fine' }), node => text(node, 'Nothing, in the numbers of the last two minutes.'));
    return;
  }
  keyed($('lints'), all, lint => lint.id + lint.about, () => el('li', {}, el('b'), el('span'), el('a', { href: '#requests' })), (node, lint) => {
    const [about, words, link] = node.children;
    text(about, lint.about + ': ');
    text(words, lint.text + ' ');
    link.hidden = lint.query === null;
    text(link, `See some of the ${lint.count}`);
    link.onclick = event => {
      event.preventDefault();
      const query = new URLSearchParams(lint.query || '');
      choose({ route: query.get('route') || '', waits: '', outcome: query.get('outcome') || '', reason: query.get('reason') || '', which: 'all' });
      $('requests').scrollIntoView();
    };
  });
}

/* --- Requests --- */

const FIELDS = ['which', 'route', 'waits', 'outcome', 'reason', 'min', 'sort'];
const field = name => $('f-' + name).value;
const filtered = () => field('route') || field('waits') || field('outcome') || field('reason') || Number(field('min')) > 0;

function choose(values) {
  for (const [name, value] of Object.entries(values)) {
    const select = $('f-' + name);
    if (select.options && value && ![...select.options].some(each => each.value === value)) select.append(el('option', { value, textContent: value }));
    select.value = value;
  }
  changed();
}

function changed() { state.fetched = null; state.shown = []; refetch(); if (state.tick) requests(state.tick, true); }
$('filter').addEventListener('input', changed);
$('filter').addEventListener('reset', () => setTimeout(changed));
$('filter').addEventListener('submit', event => event.preventDefault());

// With a filter the service chooses, since the ticks have only the last ones.
async function refetch() {
  if (!filtered() || state.paused || $('overview').hidden) return;
  const query = new URLSearchParams({ which: field('which'), limit: '200' });
  for (const name of ['route', 'waits', 'outcome', 'reason', 'min']) if (field(name)) query.set(name, field(name));
  const reply = await ask('/requests?' + query, { headers: { Accept: 'application/json' } }).catch(() => null);
  if (reply && reply.ok) { state.fetched = await reply.json(); if (state.tick) requests(state.tick); }
}
setInterval(refetch, 1000);

// The values that a field offers: those that were seen, each once.
const offered = { route: new Set(), waits: new Set(), outcome: new Set(), reason: new Set() };
function offer(name, value) {
  if (!value || offered[name].has(value)) return;
  offered[name].add(value);
  const select = $('f-' + name);
  if (![...select.options].some(each => each.value === value)) select.append(el('option', { value, textContent: value }));
}

function requests(tick, force) {
  const which = field('which');
  const fetched = filtered() ? state.fetched : null;
  let rows = fetched ? fetched.requests : [...(which === 'kept' ? [] : tick.running), ...(which === 'running' ? [] : tick.kept)];
  for (const row of rows) { offer('route', row.route); offer('waits', row.waitsAt); offer('outcome', row.outcome); for (const part of row.parts) offer('reason', part.reason); }
  if (filtered() && !fetched) return;
  const order = field('sort');
  const left = row => row.deadlineMs === null || row.outcome !== 'running' ? 1e12 : row.deadlineMs - row.ms;
  rows = [...rows].sort((a, b) => order === 'slow' ? b.ms - a.ms : order === 'left' ? left(a) - left(b) : (b.outcome === 'running') - (a.outcome === 'running') || b.arrivedMs - a.arrivedMs).slice(0, 200);
  const total = fetched ? fetched.matching : (which === 'kept' ? 0 : tick.where.total) + (which === 'running' ? 0 : tick.keptCount);
  text($('requests-sum'), `${tick.where.total} in flight, ${tick.keptCount} kept`);
  const body = $('rows').tBodies[0];
  const held = !force && state.shown.length && (body.matches(':hover') || body.contains(document.activeElement));
  if (held) { // rows never move under the pointer or the focus; what they say goes on
    const byId = new Map(rows.map(row => [row.id, row]));
    rows = state.shown.map(row => byId.get(row.id) || row);
  }
  state.shown = rows;
  keyed(body, rows, row => row.id + row.arrivedMs, rowOf, update);
  text($('more'), !rows.length ? 'No request to show. Ask the service for a page, or loosen the filter.'
    : (total > rows.length ? `${total - rows.length} more like these. ` : '') + (held ? 'The list waits while you point at it or have chosen a row.' : ''));
}

function rowOf() {
  return el('tr', {}, el('td', {}, el('a', { className: 'id mono' }), el('span', { className: 'sub' })),
    el('td', { className: 'time' }, el('span'), el('div', { className: 'bar' }, el('i'))), el('td', {}, el('div', { className: 'parts' }), el('span', { className: 'sub' })));
}

function update(node, row) {
  const [name, time, parts] = node.children;
  name.firstElementChild.href = '#/requests/' + encodeURIComponent(row.id);
  text(name.firstElementChild, row.id.length > 13 ? row.id.slice(0, 8) + '…' : row.id);
  name.firstElementChild.title = row.id;
  text(name.lastElementChild, row.route);
  const running = row.outcome === 'running';
  text(time.firstElementChild, (running ? 'running ' : `${row.status} ${row.outcome.replaceAll('_', ' ')} `) + ms(row.ms) + (row.deadlineMs ? ' of ' + ms(row.deadlineMs) : ''));
  const bar = time.lastElementChild;
  bar.className = 'bar o-' + row.outcome;
  const full = Math.max(row.deadlineMs || row.ms, row.ms) || 1;
  bar.firstElementChild.style.width = 100 * row.ms / full + '%';
  const budgets = row.deadlineMs ? [...new Set(row.parts.map(part => part.budgetMs).filter(Boolean).map(budget => Math.round(100 * budget / full)))] : [];
  keyed(bar, [null, ...budgets], each => each === null ? undefined : String(each), () => el('b'), (mark, each) => { if (each !== null) mark.style.left = each + '%'; });
  keyed(parts.firstElementChild, row.parts, part => part.name, () => el('span'), (cell, part) => {
    const extra = (part.retries ? ` ↻${part.retries} retried` : '') + (part.hedges ? ` ⋔${part.hedges} hedged` : '');
    cell.className = 's-' + part.state.split(' ')[0];
    text(cell, `${GLYPHS[part.state] || ''} ${part.name} ${part.state === 'ok' ? '' : part.state}${extra}`.trim());
    cell.title = `${part.name}: ${part.state}${part.reason ? ', ' + part.reason : ''}${extra}`;
  });
  text(parts.lastElementChild, running ? `waits for ${row.waitsFor}${row.deadlineMs ? ', ' + ms(Math.max(0, row.deadlineMs - row.ms)) + ' left' : ''}` : '');
}

/* --- Downstreams --- */

function downstreams(all) {
  keyed($('stones').tBodies[0], all, each => each.name, stoneOf, (node, each) => {
    const [name, calls, failed, latency, hedges, breaker, connections, knob] = node.children;
    text(name, each.name);
    text(calls, `${each.inFlight} of ${each.limit}` + (each.queued ? `, ${each.queued} wait` : ''));
    const share = percent(each.failures, each.attempts);
    text(failed, each.attempts ? `${share} % of ${each.attempts}` : 'no calls');
    failed.className = share >= 5 ? 'bad' : '';
    text(latency, each.attempts ? pair(each.p50, each.p99) : '–');
    text(hedges, each.hedged ? `${each.hedged}, ${each.hedgesWon} won` : '–');
    text(breaker, each.breaker === null ? 'none' : { closed: '● closed', open: '○ open', half_open: '◐ half-open' }[each.breaker]);
    breaker.className = each.breaker === 'open' ? 'bad' : '';
    text(connections, String(each.connections) + (each.endpoints.length ? ` to ${each.endpoints.length} endpoints` + each.endpoints.filter(one => one.leftAlone).map(one => `, ${one.name} left alone (${one.leftAlone})`).join('') : ''));
    const select = knob.firstElementChild;
    select.hidden = saved !== null || !each.demo;
    if (each.demo && document.activeElement !== select) {
      if (![...select.options].some(option => option.value === each.chaos)) select.append(el('option', { value: each.chaos, textContent: each.chaos }));
      select.value = each.chaos;
    }
  });
  const demo = !saved && all.some(each => each.demo);
  if (demo && state.load < 0) { state.load = 0; knobs(); loaded(); setInterval(loaded, 2000); }
  $('try').hidden = $('it-is').hidden = !demo;
}

function stoneOf(each) {
  const select = el('select', {}, ...KINDS.map(([value, textContent]) => el('option', { value, textContent })));
  select.setAttribute('aria-label', `What the demo downstream ${each.name} does`);
  select.onchange = () => say(ask(`/demo/chaos?downstream=${encodeURIComponent(each.name)}&kind=${encodeURIComponent(select.value)}`, { method: 'POST' }));
  return el('tr', {}, ...Array.from({ length: 7 }, () => el('td')), el('td', {}, select));
}

function knobs() {
  const send = (name, value) => { const button = el('button', { type: 'button', textContent: name }); button.onclick = () => { state.load = value; state.loadAt = performance.now(); pressed(); say(ask('/demo/load?rate=' + value, { method: 'POST' })); }; button.dataset.rate = value; return button; };
  const broken = el('button', { type: 'button', textContent: 'Make reviews hang' });
  broken.onclick = () => say(ask('/demo/chaos?downstream=reviews&kind=hang', { method: 'POST' }));
  const mended = el('button', { type: 'button', textContent: 'Mend reviews' });
  mended.onclick = () => say(ask('/demo/chaos?downstream=reviews&kind=none', { method: 'POST' }));
  $('load').append(el('span', { textContent: 'Requests a second, for a minute:' }), send('none', 0), send('10', 10), send('100', 100), send('1,000', 1000), broken, mended);
  pressed();
}

function pressed() { for (const button of $('load').querySelectorAll('[data-rate]')) button.setAttribute('aria-pressed', String(Number(button.dataset.rate) === state.load)); }

async function loaded() {
  const since = performance.now();
  const reply = await ask('/demo').catch(() => null);
  if (!reply || !reply.ok) return;
  const { load } = await reply.json();
  if (since > state.loadAt) { state.load = load; pressed(); }
}

const READ_ONLY = 'Nothing was changed: this listener only lets you look. Start the service without ADMIN_READ_ONLY to change something here.';

async function say(request) {
  const reply = await request.catch(() => null);
  if (reply && reply.status === 403) tell(READ_ONLY);
  else if (!reply || !reply.ok) tell(reply ? (await reply.text()).trim() : 'The service does not answer.');
}

/* --- One request --- */

let open = null;

// What is pointed at is read at once: until it is opened, later requests may have pushed it out.
const pointedAt = new Map();
function point(event) {
  const id = event.target.closest?.('#rows tr')?.querySelector('a')?.title;
  if (!id || pointedAt.has(id)) return;
  pointedAt.set(id, ask('/requests/' + encodeURIComponent(id), { headers: { Accept: 'application/json' } }).then(reply => reply.ok ? reply.json() : null).catch(() => null));
  if (pointedAt.size > 20) pointedAt.delete(pointedAt.keys().next().value);
}
$('rows').addEventListener('pointerover', point);
$('rows').addEventListener('focusin', point);

async function one(id) {
  open = id;
  const first = $('one').hidden;
  $('overview').hidden = true;
  $('one').hidden = false;
  const reply = await ask('/requests/' + encodeURIComponent(id), { headers: { Accept: 'application/json' } }).catch(() => null);
  if (open !== id) return;
  const before = reply && reply.status === 404 ? await pointedAt.get(id) : null;
  if (!before && (!reply || !reply.ok)) {
    text($('one-sentence'), reply && reply.status !== 401 ? (await reply.text()).trim() : 'The service does not answer; trying again …');
    $('fall').replaceChildren();
    if (!reply || reply.status === 401) setTimeout(() => open === id && one(id), 1000);
    return;
  }
  const request = before || await reply.json();
  if (before) request.running = request.cancellable = false;
  text($('one-sentence'), request.sentence);
  text($('one-facts'), `${request.route} · ${request.target || 'path and query are not shown (admin: {showValues: true} shows them)'} · id ${request.id}${request.trace ? ' · trace ' + request.trace : ''} · arrived ${request.arrived}`);
  waterfall($('fall'), request);
  $('one-cancel').hidden = !request.cancellable;
  $('one-curl').onclick = () => copy(curl(request));
  $('one-trace').onclick = () => save(`/requests/${encodeURIComponent(id)}/trace`, `trace-${id}.json`, $('one-said'), 'Saved. Open the file at ui.perfetto.dev.');
  const list = request.cancellations;
  const attempts = new Map(request.parts.map(part => [part.name, part.attempts.length]));
  const whom = each => each.attempt ? `${attempts.get(each.part) > 1 ? `call ${each.attempt}` : 'the call'} of ${each.part}` : each.part;
  keyed($('cut'), list.length ? list : [null], each => each ? each.part + each.attempt + each.reason : 'none', () => el('li'), (node, each) => text(node, each
    ? `${whom(each)} was cancelled at ${ms(each.atMs)} by ${each.from}${each.fromAttempt ? ' #' + each.fromAttempt : ''} (${each.reason})${REASONS[each.reason] ? ': ' + REASONS[each.reason] : ''}` : 'Nothing was cancelled.'));
  const lines = request.log.map((each, i) => [i, `${ms(each.atMs)}: ${each.text}`]);
  if (request.moreLog) lines.push(['more', `${request.moreLog} more calls failed.`]);
  $('log-h').hidden = $('log').hidden = !lines.length;
  keyed($('log'), lines, ([key]) => String(key), () => el('li'), (node, [, words]) => text(node, words));
  if (first) { $('one-sentence').focus(); window.scrollTo(0, 0); }
  if (request.running && !state.paused) setTimeout(() => open === id && one(id), 400);
}

// As docs/seeing.md has them.
const REASONS = { 'required-failed': 'without this part there is no page', budget: 'the part has used up its own time', deadline: 'the time for the whole page is over',
  'client-gone': 'the client has closed its connection', 'hedge-lost': 'another attempt of the same call answered first', quorum: 'enough parts have come',
  'quorum-missed': 'too many parts have failed', shutdown: 'the service ends', operator: 'an operator cancelled the request', 'element-failed': 'the part needs all elements of its list' };
const quote = words => "'" + words.replaceAll("'", "'\\''") + "'";
const listener = () => state.tick?.listener || { scheme: 'http', port: 8080 };
const curl = request => `curl -X ${request.method} -H ${quote('X-Request-Id: ' + request.id)} ` + quote(`${listener().scheme}://${location.hostname || 'localhost'}:${listener().port}` + (request.target || request.route.replace(/^\S+ /, '')));

async function copy(words) {
  try { await navigator.clipboard.writeText(words); text($('one-said'), 'Copied: ' + words); }
  catch { text($('one-said'), words); }
}

// A link would not send the token.
async function save(path, name, said, words) {
  const reply = await ask(path, { signal: null }).catch(() => null);
  if (!reply || !reply.ok) { text(said, 'The service does not answer.'); return; }
  const link = el('a', { href: URL.createObjectURL(await reply.blob()), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  text(said, words);
}
const stamp = () => new Date().toISOString().slice(0, 19).replaceAll(':', '-');
$('save-html').onclick = () => save('/minute.html', `minute-${stamp()}.html`, $('saved-said'), 'Saved. The file opens in a browser, without the service.');
$('save-lines').onclick = () => save('/minute.ndjson', `minute-${stamp()}.ndjson`, $('saved-said'), 'Saved. ./serve replay FILE shows it.');

$('one-cancel').onclick = async event => {
  const button = event.target;
  if (button.dataset.sure !== open) { button.dataset.sure = open; text(button, 'Really cancel it? Its client gets a 503'); return; }
  const reply = await ask(`/requests/${encodeURIComponent(open)}/cancel`, { method: 'POST' }).catch(() => null);
  text($('one-said'), !reply ? 'The service does not answer.' : reply.status === 403 ? READ_ONLY : reply.ok ? 'Cancelled.' : 'It has ended already.');
  one(open);
};

function navigate() {
  const found = /^#\/requests\/(.+)$/.exec(location.hash);
  text($('one-said'), '');
  text($('one-cancel'), 'Cancel the request');
  delete $('one-cancel').dataset.sure;
  if (found) { $('one').hidden = true; one(decodeURIComponent(found[1])); return; }
  const from = open;
  open = null;
  $('one').hidden = true;
  $('overview').hidden = false;
  if (state.tick) show();
  if (from) document.querySelector(`#rows a[href="#/requests/${CSS.escape(encodeURIComponent(from))}"]`)?.focus();
}
addEventListener('hashchange', navigate);
addEventListener('resize', () => { if (state.tick) show(); }); // also where no tick comes: paused, or saved

/* --- Keys, theme, pause --- */

function pause() {
  if (saved) {
    saved.playing = !saved.playing;
    at(saved.playing && saved.at === saved.ticks.length - 1 ? 0 : saved.at);
    return;
  }
  state.paused = !state.paused;
  $('pause').setAttribute('aria-pressed', String(state.paused));
  text($('pause'), state.paused ? 'Go on' : 'Pause');
  status();
}
$('pause').onclick = pause;

function theme(name) {
  if (name) document.documentElement.dataset.theme = name;
  const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  text($('theme'), dark ? 'Light' : 'Dark');
  return dark;
}
$('theme').onclick = () => { const next = theme() ? 'light' : 'dark'; localStorage.setItem('theme', next); theme(next); };
theme(localStorage.getItem('theme'));

addEventListener('keydown', event => {
  const typing = event.target.matches('input, select, textarea, button, a');
  if (event.key === ' ' && !typing) { event.preventDefault(); pause(); }
  if (event.key === '/' && !event.target.matches('input')) { event.preventDefault(); $('f-route').focus(); }
  if (event.key === 'Escape' && open) location.hash = '#/';
});

if (saved) unpack();
else { navigate(); follow(); }
