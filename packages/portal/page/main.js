import { pause } from './api.js';
import { say } from './dom.js';
import { operationView } from './operation.js';
import { operationList } from './operations.js';
import { sentence, term } from './sentences/sentence.js';
import { tellBy } from './told.js';
import { languageTag, switchLanguage, words } from './words.js';

tellBy(sentence, term);
const byId = (id) => document.getElementById(id);
const list = operationList(byId('operations'));
let state = 'loading';
let seen = '';

const view = operationView(byId('main'), {
  onState(now) {
    state = now;
    frame();
  },
  /** The list follows what the shown operation does. */
  onChange({ id, status }) {
    if (seen === `${id} ${status}`) return;
    seen = `${id} ${status}`;
    void list.refresh().catch(() => undefined);
  },
});

function frame() {
  document.documentElement.lang = languageTag();
  say(byId('tagline'), words().tagline);
  say(byId('language'), words().other);
  say(byId('connection'), words().connection[state]);
  byId('connection').className = `connection ${state}`;
}

const wanted = () => /^#\/operations\/(.+)$/.exec(location.hash)?.[1] ?? null;
let shown = null;

function route() {
  const id = wanted() ?? list.newest();
  list.choose(id);
  if (id === shown) return;
  shown = id;
  view.show(id);
}

byId('language').addEventListener('click', () => {
  switchLanguage();
  frame();
  list.paint();
  view.paint();
});
addEventListener('hashchange', route);
setInterval(() => {
  if (!document.hidden) view.tick();
}, 1000);

frame();
/** New operations are looked for while somebody looks. */
for (;;) {
  if (!document.hidden || shown === null) {
    await list.refresh().then(route, () => undefined);
  }
  await pause(3000);
}
