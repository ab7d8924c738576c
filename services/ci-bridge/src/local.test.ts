import { driverContract } from '@srm/bridge/contract';
import { anyBuildId, compileJob, driverOf, effectsIn, newId, place, script, source } from './testing.ts';
import { readTree } from './tree.ts';

const writes = "require('fs').mkdirSync('dist', { recursive: true }); require('fs').writeFileSync('dist/a', 'a')";

driverContract('local', async () => {
  const where = await place();
  const folder = await source(where, 'catalogue', { 'main.js': '1' });
  const fresh = await compileJob('catalogue', folder, { run: [script(`console.log('你好'); ${writes}`)] });
  const of = (run: readonly (readonly string[])[], changes: Readonly<Record<string, string>> = {}): typeof fresh => {
    const build = JSON.stringify({ run, output: 'dist' });
    return {
      ...fresh,
      id: newId(),
      inputs: new Map([...fresh.inputs, ['build', build], ['buildId', anyBuildId()], ...Object.entries(changes)]),
    };
  };
  return {
    driver: driverOf(where),
    again: async () => driverOf(where),
    succeeds: () => of([script(`console.log('你好'); ${writes}`)]),
    fails: () => of([script("console.error('main.ts(3,5): error TS2322: no'); process.exit(2)")]),
    hangs: () => of([script('setInterval(() => {}, 1000)')]),
    refused: () => of([script(writes)], { source: JSON.stringify({ path: '/nowhere' }) }),
    outOfReach: null,
    effects: async ({ id }) => (await effectsIn(where)).filter((line) => line.endsWith(id)).length,
    state: async () => (await readTree(where.data).catch(() => ({ entries: [] }))).entries,
    close: where.close,
  };
});
