import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { portalFiles } from './index.ts';

const files = new Map(portalFiles().map((file) => [file.path, { ...file, text: new TextDecoder().decode(file.bytes) }]));
const page = files.get('/')?.text ?? '';
const scripts = [...files.values()].filter(({ path, type }) => type.startsWith('text/javascript') && path !== '/portal/dagre.js');

test('whatever the page and its scripts name is served', () => {
  const named = [...page.matchAll(/(?:src|href)="([^#"]+)"/g)].map(([, path = '']) => posix.join('/', path));
  const imported = scripts.flatMap(({ path, text }) =>
    [...text.matchAll(/from '([^']+)'/g)].map(([, name = '']) => posix.join(posix.dirname(path), name)),
  );
  expect([...named, ...imported].filter((path) => !files.has(path))).toEqual([]);
  expect(named).toEqual(['/portal/icon.svg', '/portal/style.css', '/portal/main.js']);
});

test('nothing in the page or its scripts is code in a text', () => {
  expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|\son[a-z]+=|\sstyle=|javascript:/i);
  const markup = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|srcdoc/;
  expect(scripts.filter(({ text }) => markup.test(text)).map(({ path }) => path)).toEqual([]);
});

test('dagre is served as it is published', () => {
  const published = readFileSync(new URL('../../../node_modules/@dagrejs/dagre/dist/dagre.esm.js', import.meta.url), 'utf8');
  expect(files.get('/portal/dagre.js')?.text).toBe(published);
});
