export { askingOf, type Asking, type Heard } from './kill-asking.ts';
export { countsOf, doubled } from './kill-counts.ts';
export { later, type Lives, type Present } from './kill-lives.ts';
export { carriedOut, chanceOf, momentsOf, type Chance, type World } from './kill-moments.ts';
export { playing, type Playing } from './kill-playing.ts';
export { pidsOf, processesOf } from './kill-traces.ts';
