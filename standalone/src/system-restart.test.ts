import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inOneHouse, usual, type House } from './test-house.ts';
import { answer, builds, effects } from './test-look.ts';

let house: House;
inOneHouse((made) => void (house = made));

const all = ['front', 'left', 'right', 'seed', 'store'];
const made = ['compile diamond/money', ...all.flatMap((name) => [`compile diamond/${name}`, `package diamond/${name}`])].sort();

test('services that stop and start in the middle of a release go on with it, and do nothing twice', async () => {
  const go = join(house.data, 'go');
  const waits = `import { existsSync } from 'node:fs';\nwhile (!existsSync(process.argv[2])) await new Promise((go) => setTimeout(go, 20));\n`;
  const run = [['node', 'wait.mjs', go], ['mkdir', 'dist'], ['cp', 'main.mjs', 'dist']]; // prettier-ignore
  await house.write('right', waits, 'wait.mjs');
  await house.define({ components: { right: { build: { run, output: 'dist' } } } });
  const { id } = await house.client().request(usual);
  const restarted = async (after: number, step: string, type: string): Promise<number> => {
    const heard = await house.told(id, after, (event) => event.type === type && event.step === step);
    await house.stop();
    return heard.at(-1)?.number ?? 0;
  };
  const compiling = await restarted(0, 'right/compile', 'StepStarted');
  await writeFile(go, '');
  await house.start();
  const deploying = await restarted(compiling, 'left/deploy', 'StepRequested');
  await house.start();
  const published = await restarted(deploying, 'front/deploy', 'StepSucceeded');
  await house.start();
  const told = await house.told(id, published);
  expect([told.at(-1)?.type, (await house.client().operation(id)).status]).toEqual(['end', 'succeeded']);
  expect((await house.told(id)).map(({ number }) => number).slice(0, -1)).toEqual(
    Array.from({ length: told.at(-1)?.number ?? 0 }, (_, index) => index + 1),
  );
  expect(await builds(house)).toEqual(made);
  expect((await effects(house)).map(({ component, did }) => `${component} ${did}`).sort()).toEqual(all.map((name) => `${name} started`));
  expect(await answer(house)).toMatchObject({ left: { fruits: ['apple'] }, right: { fruits: ['apple'] } });
});
