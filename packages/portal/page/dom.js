/** Text without what could act on whoever shows or copies it: controls, escapes, marks that turn the direction of writing. */
export const plain = (text) =>
  text
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g, '')
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '');

const space = 'http://www.w3.org/2000/svg';

/** Whatever comes from outside becomes text or an attribute that cannot run; markup is never parsed. */
function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : plain(String(child)));
  }
  return node;
}

export const el = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);
export const svg = (name, attributes = {}, ...children) => fill(document.createElementNS(space, name), attributes, children);

/** Sets text only where it differs: nothing flickers, selections stay. */
export function say(node, text) {
  const shown = plain(text);
  if (node.textContent !== shown) node.textContent = shown;
}

/** A link only for addresses of the web; anything else is text. */
export function link(address) {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return el('span', {}, address);
  return el('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer' }, address);
}
