// The waterfall of one request: a row for the request, each part, each attempt, and an arrow for each cancellation.
const SVG = 'http://www.w3.org/2000/svg';
const CLASSES = { queue: 'k-queue', connect: 'k-connect', 'first byte': 'k-first', body: 'k-body', 'shared call': 'k-shared' };

export function ms(value) {
  if (value >= 10000) return Math.round(value / 1000) + ' s';
  if (value >= 10 || value === 0) return Math.round(value) + ' ms';
  return Math.round(value * 10) / 10 + ' ms';
}

function div(name, ...children) {
  const made = document.createElement('div');
  made.className = name;
  made.append(...children);
  return made;
}

export function waterfall(box, request) {
  const full = Math.max(request.ms, Math.min(request.deadlineMs || 0, request.ms * 1.25), 0.1);
  const x = at => Math.max(0, Math.min(100, 100 * at / full));
  const rows = new Map();
  box.replaceChildren(axis(full, x));
  const critical = criticalPath(request.parts);

  const row = (key, name, kind) => {
    const track = div('track');
    const made = div('row ' + kind, Object.assign(div('name', name), { title: name }), track);
    rows.set(key, { made, track });
    box.append(made);
    return track;
  };
  const segment = (track, name, from, to, title) => {
    const made = div('seg ' + name);
    made.style.left = x(from) + '%';
    made.style.width = x(to ?? request.ms) - x(from) + '%';
    made.title = `${title}: ${ms((to ?? request.ms) - from)}, from ${ms(from)} on`;
    track.append(made);
  };
  const limit = (track, at, title, name) => {
    if (at === null || at > full) return;
    const made = div('limit ' + name);
    made.style.left = x(at) + '%';
    made.title = `${title} at ${ms(at)}`;
    track.append(made);
  };
  const note = (track, words) => track.append(Object.assign(document.createElement('span'), { className: 'note', textContent: words }));

  const whole = row('', request.route, 'whole');
  segment(whole, 'part', 0, request.running ? null : request.ms, 'the request');
  limit(whole, request.deadlineMs, 'The deadline passes', 'deadline');
  note(whole, ms(request.ms));
  for (const part of request.parts) {
    const track = row(part.name, `${part.name} ${part.state}`, critical.has(part.name) ? 'critical' : '');
    if (part.startMs !== null) {
      segment(track, 'k-wait', part.startMs, part.askedMs ?? part.endMs, part.needs.length ? 'waits for ' + part.needs.join(', ') : 'before its call');
      if (part.askedMs !== null) segment(track, 'part', part.askedMs, part.endMs, 'its call');
      note(track, ms((part.endMs ?? request.ms) - part.startMs));
    }
    if (part.budgetMs !== null && part.askedMs !== null) limit(track, part.askedMs + part.budgetMs, `The budget of ${ms(part.budgetMs)} is over`, '');
    for (const attempt of part.attempts) {
      const below = row(part.name + '#' + attempt.number, `${attempt.kind === 'first' ? 'call' : attempt.kind} ${attempt.status ?? ''} ${attempt.outcome === 'ok' ? '' : attempt.outcome}${attempt.shared ? ' (shared)' : ''} ${attempt.endpoint ?? ''}`, 'attempt ' + attempt.outcome);
      for (const phase of attempt.phases) segment(below, CLASSES[phase.name], phase.fromMs, phase.toMs, phase.name);
      const cut = request.cancellations.find(each => each.part === part.name && each.attempt === attempt.number);
      if (cut) segment(below, 'k-tail', cut.atMs, attempt.endMs, 'cancelled; its end is awaited');
      if (attempt.endMs !== null) note(below, ms(attempt.endMs - attempt.startMs));
    }
    if (part.more) row(part.name + '+', `${part.more} more attempts`, 'attempt');
  }
  if (request.morePages) row('+', `${request.morePages} more pages`, 'attempt');
  lines(box, request, rows, x);
}

// At most six marks, at round times.
function axis(full, x) {
  const rough = full / 5;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = ten * [1, 2, 5, 10].find(each => each * ten >= rough);
  const track = div('track');
  for (let at = 0; at <= full * 1.0001; at += step) {
    const mark = document.createElement('span');
    mark.textContent = ms(Number(at.toPrecision(6)));
    mark.style.left = x(at) + '%';
    track.append(mark);
  }
  return div('row axis', div('name', 'part'), track);
}

// The parts without which the page would have been there earlier: the last one, and what it waited for. What was
// stopped did not hold up the page.
function criticalPath(parts) {
  const path = new Set();
  const named = new Map(parts.map(part => [part.name, part]));
  const last = among => among.filter(part => part.endMs !== null && part.state !== 'stopped').reduce((late, part) => !late || part.endMs > late.endMs ? part : late, null);
  for (let part = last(parts); part; part = last(part.needs.map(name => named.get(name)).filter(Boolean))) {
    if (path.has(part.name)) break;
    path.add(part.name);
  }
  return path;
}

// Lines between rows: from an attempt to those that were begun beside or after it, and from the cause of a cancellation to the cancelled call.
function lines(box, request, rows, x) {
  const frame = box.getBoundingClientRect();
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('aria-hidden', 'true');
  svg.innerHTML = '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>';
  const middle = row => { const place = row.track.getBoundingClientRect(); return place.top - frame.top + place.height / 2; };
  const across = (row, at) => { const track = row.track.getBoundingClientRect(); return track.left - frame.left + track.width * x(at) / 100; };
  const line = (name, d) => {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('class', name);
    path.setAttribute('d', d);
    svg.append(path);
    return path;
  };
  for (const part of request.parts) {
    for (const attempt of part.attempts) {
      if (attempt.kind === 'first') continue;
      // A hedge is begun while the one before it runs, a retry after its end.
      const from = rows.get(part.name + '#' + (attempt.number - 1));
      const to = rows.get(part.name + '#' + attempt.number);
      const at = across(to, attempt.startMs);
      line('fork fork-' + attempt.kind, `M${at} ${middle(from)} V${middle(to)}`);
    }
  }
  for (const each of request.cancellations) {
    const to = rows.get(each.part + (each.attempt ? '#' + each.attempt : ''));
    const from = rows.get(each.from + (each.fromAttempt ? '#' + each.fromAttempt : '')) || rows.get(each.from) || rows.get('');
    if (!to || from === to) continue;
    const at = across(to, each.atMs);
    const bend = at - 14; // so that it does not cover the tail of what was cancelled
    line('cancels', `M${at} ${middle(from)} C${bend} ${middle(from)} ${bend} ${middle(to)} ${at} ${middle(to)}`).setAttribute('marker-end', 'url(#tip)');
  }
  box.append(svg);
}
