import { Graph, layout } from './dagre.js';
import { el, say, svg } from './dom.js';
import { isOpen, lookOf } from './states.js';
import { lasting } from './times.js';
import { words } from './words.js';

const box = { width: 140, height: 76 };
/** Smaller than this it cannot be read: then it is moved sideways instead. */
const smallest = 0.86;
const most = 150;

/** The picture of an operation: one box a component, its phases as a row of states, edges from what is needed to what needs it.
 *  It is laid out when its components change, and only repainted when their states do. */
export function graph({ onPick }) {
  const node = el('div', { class: 'graph' });
  let drawn = { key: '', paint: () => undefined };
  return {
    node,
    show(components, picked, now) {
      const deployed = components.filter(({ steps }) => steps.some(({ phase }) => phase !== 'compile'));
      const shown = components.length > most || deployed.length === 0 ? components : deployed;
      const libraries = components.filter((component) => !shown.includes(component));
      const edges = components.length > most ? [] : edgesOf(shown);
      const key = JSON.stringify([words().graph, components.map(({ name, steps, undo }) => [name, steps.length, undo.length > 0]), edges]);
      if (key !== drawn.key) {
        drawn = {
          key,
          paint: components.length > most ? tiles(node, components, onPick) : picture(node, { shown, libraries, edges }, onPick),
        };
      }
      drawn.paint(new Map(components.map((component) => [component.name, component])), picked, now);
    },
  };
}

function edgesOf(components) {
  const owner = new Map(components.flatMap(({ name, steps }) => steps.map((step) => [step.id, name])));
  const edges = new Map(components.map(({ name }) => [name, new Map()]));
  for (const { name, steps } of components)
    for (const { dependsOn, phase } of steps)
      for (const id of dependsOn) {
        const from = owner.get(id);
        if (from === undefined || from === name) continue;
        const hard = phase !== 'compile' && phase !== 'package';
        edges.get(from).set(name, hard || edges.get(from).get(name) === true);
      }
  return direct(edges);
}

/** Only edges that no longer way implies: the order is the same, the picture calmer. */
function direct(edges) {
  const below = new Map();
  const reached = (name) => {
    if (!below.has(name)) {
      below.set(name, new Set());
      for (const next of edges.get(name).keys()) for (const one of [next, ...reached(next)]) below.get(name).add(one);
    }
    return below.get(name);
  };
  return [...edges].flatMap(([from, targets]) =>
    [...targets]
      .filter(([to]) => ![...targets.keys()].some((other) => other !== to && reached(other).has(to)))
      .map(([to, hard]) => ({ from, to, hard })),
  );
}

function picture(node, { shown: components, libraries, edges }, onPick) {
  const laid = new Graph();
  laid.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 22, marginx: 8, marginy: 8 });
  laid.setDefaultEdgeLabel(() => ({}));
  for (const { name } of components) laid.setNode(name, { ...box });
  for (const { from, to } of edges) laid.setEdge(from, to);
  layout(laid);
  const { width, height } = laid.graph();
  const drawing = svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': words().graph, width, height });
  drawing.style.minWidth = `${Math.round(width * smallest)}px`;
  const phases = [...new Set(components.flatMap(({ steps }) => steps.map(({ phase }) => phase)))].sort((a, b) => rankOf(a) - rankOf(b));
  for (const edge of edges) drawing.append(line(laid.edge(edge.from, edge.to).points, edge.hard));
  const paints = components.map((component) => {
    const { x, y } = laid.node(component.name);
    const { group, paint } = card(component, phases, onPick);
    group.setAttribute('transform', `translate(${x - box.width / 2} ${y - box.height / 2})`);
    drawing.append(group);
    return paint;
  });
  const legend = el(
    'p',
    { class: 'legend' },
    el('span', {}, words().graph),
    el('span', {}, words().dots(phases.map((phase) => words().phase[phase] ?? phase))),
  );
  const chips = libraries.map((library) => chip(library, onPick));
  const strip =
    chips.length === 0
      ? null
      : el('p', { class: 'libraries' }, el('span', { class: 'quiet' }, words().libraries), ...chips.map(({ button }) => button));
  node.replaceChildren(legend, ...(strip === null ? [] : [strip]), el('div', { class: 'canvas' }, drawing));
  paints.push(...chips.map(({ paint }) => paint));
  return (byName, picked, now) => paints.forEach((paint) => paint(byName, picked, now));
}

function line(points, hard) {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  let path = `M${first.x} ${first.y}`;
  for (let index = 0; index < rest.length - 1; index++) {
    const [a, b] = [rest[index], rest[index + 1]];
    const end = index === rest.length - 2 ? last : { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    path += `Q${a.x} ${a.y} ${end.x} ${end.y}`;
  }
  if (rest.length === 1) path += `L${last.x} ${last.y}`;
  return svg('path', { d: path, class: hard ? 'edge' : 'edge soft' });
}

/** A library: it is only compiled, and needed by most; so it has no place in the order of deployment. */
function chip(library, onPick) {
  const id = library.steps[0].id;
  const button = el('button', { type: 'button', class: 'chip', onclick: () => onPick(id) });
  const paint = (byName, picked) => {
    const [step] = byName.get(library.name)?.steps ?? library.steps;
    const { mark, word, tone } = lookOf(step);
    button.className = `chip tone-${tone}${picked === id ? ' picked' : ''}`;
    say(button, `${mark} ${library.name} · ${word}`);
  };
  return { button, paint };
}

const order = ['compile', 'package', 'configure', 'deploy', 'publish', 'start', 'stop', 'restart', 'destroy', 'withdraw', 'scale'];
const rankOf = (phase) => (order.includes(phase) ? order.indexOf(phase) : order.length);

/** A box: name, a dot a phase, each phase at its own place, one line of what goes on. */
function card(component, phases, onPick) {
  const { name } = component;
  const title = svg('title');
  const frame = svg('rect', { class: 'frame', width: box.width, height: box.height, rx: 8 });
  const stripe = svg('rect', { class: 'stripe', width: 4, height: box.height - 14, x: 5, y: 7, rx: 2 });
  const label = svg('text', { class: 'name', x: 14, y: 20 }, cut(name, 16));
  const said = svg('text', { class: 'line', x: 14, y: 66 });
  const apart = Math.min(28, (box.width - 22) / phases.length);
  const cells = phasesOf(component).map((step) => cell(24 + phases.indexOf(step.phase) * apart));
  const group = svg('g', { class: 'card' }, title, frame, stripe, label, ...cells.map((one) => one.group), said);
  let now = component;
  let shown = null;
  cells.forEach((one, index) => {
    one.group.addEventListener('click', () => onPick(phasesOf(now)[index].id));
    one.group.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      onPick(phasesOf(now)[index].id);
    });
  });
  const paint = (byName, picked) => {
    now = byName.get(name) ?? now;
    group.setAttribute('class', `card tone-${now.tone}`);
    say(title, `${name}: ${now.line}`);
    if (now.line !== shown && fit(said, now.line)) shown = now.line;
    phasesOf(now).forEach((step, index) => cells[index]?.paint(step, picked));
  };
  return { group, paint };
}

/** A step that was undone is shown by its undo. */
function phasesOf({ steps, undo }) {
  const undone = new Map(undo.map((step) => [step.undoes, step]));
  return steps.map((step) => undone.get(step.id) ?? step);
}

function cell(x) {
  const ring = svg('circle', { class: 'dot', cx: 0, cy: 0, r: 9.5 });
  const mark = svg('text', { class: 'mark', x: 0, y: 4 });
  const title = svg('title');
  const group = svg('g', { class: 'cell', transform: `translate(${x} 39)`, tabindex: 0, role: 'button' }, title, ring, mark);
  const paint = (step, picked) => {
    const { word, mark: sign, tone } = lookOf(step);
    const named = `${words().phase[step.phase] ?? step.phase}: ${step.undoes === null ? '' : `${words().undo} `}${word}`;
    group.setAttribute('class', `cell tone-${tone}${step.id === picked ? ' picked' : ''}${isOpen(step) ? ' open' : ''}`);
    group.setAttribute('aria-label', `${step.component} ${named}`);
    say(mark, sign);
    say(title, named);
  };
  return { group, paint };
}

/** Too many to draw: a tile each, without edges. */
function tiles(node, components, onPick) {
  const paints = components.map((component) => {
    const time = el('span', { class: 'quiet' });
    const line = el('span', { class: 'quiet line' });
    const tile = el('button', { type: 'button', class: 'tile' }, el('strong', {}, component.name), ' ', time, line);
    let now = component;
    tile.addEventListener('click', () => onPick(now.steps.at(-1)?.id));
    return {
      tile,
      paint(byName, moment) {
        now = byName.get(component.name) ?? now;
        tile.className = `tile tone-${now.tone}`;
        say(line, now.line);
        say(time, now.steps[0] ? lasting(now.steps[0], moment) : '');
      },
    };
  });
  node.replaceChildren(
    el('p', { class: 'quiet' }, words().many(components.length)),
    el('div', { class: 'tiles' }, ...paints.map(({ tile }) => tile)),
  );
  return (byName, picked, now) => paints.forEach(({ paint }) => paint(byName, now));
}

/** Letters differ in width: what is too wide still is cut once more. Whether it could be measured: only what is seen can. */
function fit(node, text) {
  for (let places = 19; places > 8; places--) {
    say(node, cut(text, places));
    const width = node.getComputedTextLength();
    if (width <= box.width - 22) return width > 0;
  }
  return true;
}

/** Wide characters take two places. */
function cut(text, places) {
  let used = 0;
  let kept = '';
  for (const sign of text.replace(/\s+/g, ' ')) {
    used += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(sign) ? 2 : 1;
    if (used > places) return `${kept}…`;
    kept += sign;
  }
  return kept;
}
