import { bridges } from './chinese-bridges.js';
import { definitions } from './chinese-definitions.js';
import { door } from './chinese-door.js';
import { operations } from './chinese-operations.js';
import { planning } from './chinese-planning.js';
import { terms } from './chinese-terms.js';

/*
 * What SRM says travels in English. Here it is told in the language of who reads it: the table has each English sentence as it is made,
 * `{name}` where something is filled in (`{#name}`: a number, `{"name}`: a value as it stands in JSON, `{!name}`: one of the terms of that
 * name), and the Chinese one beside it.
 */
const hole = /\{([#"!]?)([a-z]\w*)\}/i;
const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
const mostRemembered = 5000;

/** The words around the holes, and what the holes are. */
function reading([english, chinese]) {
  const cut = english.split(hole);
  const words = cut.filter((_, index) => index % 3 === 0);
  const holes = words.slice(1).map((_, index) => ({ sign: cut[index * 3 + 1], name: cut[index * 3 + 2] }));
  return { chinese, words, holes, length: words.join('').length };
}

/** The more words, the sooner it is tried. */
const table = [...operations, ...planning, ...bridges, ...definitions, ...door].map(reading).sort((a, b) => b.length - a.length);

/** What fills the holes of an entry that makes this text, each as short as can be; null: it does not make it. */
function fillings({ words, holes }, text) {
  if (holes.length === 0) return text === words[0] ? [] : null;
  if (!text.startsWith(words[0])) return null;
  const values = [];
  let from = words[0].length;
  for (const [index, one] of holes.entries()) {
    const next = words[index + 1];
    const last = index === holes.length - 1;
    const to = last ? text.length - next.length : text.indexOf(next, from + 1);
    if (to <= from || (last && !text.endsWith(next)) || !fits(one, text.slice(from, to))) return null;
    values.push(text.slice(from, to));
    from = to + next.length;
  }
  return values;
}

/** A text, a map or a list (cut when it is long), a number, a word of JSON. */
const json = /^(?:"[^]*"|[[{][^]*[\]}…]|-?[\d.]+(?:e[+-]?\d+)?|true|false|null|nothing)$/;

function fits({ sign, name }, value) {
  if (sign === '#') return /^\d+$/.test(value);
  if (sign === '"') return json.test(value);
  return sign !== '!' || termOf(name, value) !== undefined;
}

const termOf = (name, value) => (Object.hasOwn(terms, name) && Object.hasOwn(terms[name], value) ? terms[name][value] : undefined);

function filled({ chinese, holes }, values) {
  const said = new Map(holes.map(({ name }, index) => [name, termOf(name, values[index]) ?? told(values[index])]));
  return chinese.replace(/\{([a-z]\w*)\}/gi, (whole, name) => said.get(name) ?? whole);
}

/** `across`: a semicolon may stand in what is filled in. */
function found(text, across) {
  for (const entry of table) {
    const values = fillings(entry, text);
    if (values !== null && (across || values.every((value) => !value.includes('; ')))) return filled(entry, values);
  }
  return null;
}

/** Sentences that stand one after the other, as many at once as one entry has. */
function inARow(text) {
  const pieces = text.split('; ');
  const said = [];
  for (let from = 0; from < pieces.length;) {
    let to = pieces.length;
    let one = found(pieces.slice(from, to).join('; '), false);
    while (one === null && --to > from) one = found(pieces.slice(from, to).join('; '), false);
    said.push(one ?? introduced(pieces[from]));
    from = Math.max(to, from + 1);
  }
  return said.join('；');
}

/** `cart/deploy: it was cancelled`: what stands before the colon is a name. */
function introduced(text) {
  const at = text.indexOf(': ');
  const rest = at < 0 ? '' : text.slice(at + 2);
  return told(rest) === rest ? text : `${text.slice(0, at)}：${told(rest)}`;
}

const remembered = new Map([['', '']]);

function told(text) {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const parts = found(text, false) ?? (text.includes('; ') ? inARow(text) : introduced(text));
  const said = parts.replaceAll('；', '; ') === text ? (found(text, true) ?? text) : parts;
  if (remembered.size >= mostRemembered) remembered.clear();
  remembered.set(text, said);
  return said;
}

/** The kind of an operation, the phase of a step, how it is: `term('phase', 'deploy', 'zh')`. What is not known stays as it is. */
export const term = (name, value, language) => (language === 'zh' ? (termOf(name, value) ?? value) : value);

/** A sentence of SRM in a language, `en` or `zh`; `moment`: how the times in it are written. What no entry makes is told as it came. */
export const sentence = (text, language, moment) => (language === 'zh' ? told(text) : text).replace(time, moment);
