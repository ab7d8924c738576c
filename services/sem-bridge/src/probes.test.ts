import { resourceStates } from './resources.ts';
import { carried, deployOf, get, imageOf, reasonOf, service, until, urlOf, withWorld, writeImage } from './testing.ts';

const sick = `import http from 'node:http';
let well = true;
http.createServer((request, response) => {
  if (request.url === '/sick') well = false;
  if (request.url === '/live' && !well) return response.writeHead(500).end('no threads');
  response.end(JSON.stringify({ version: 'one', beta: null, pid: process.pid, data: null }));
}).listen(Number(process.env.PORT), '127.0.0.1');
`;

test.concurrent(
  'what fails its livenessProbe is ended, started again and counted, and why is said',
  withWorld(async ({ driver, dpr, folder }) => {
    const livenessProbe = { httpGet: { path: '/live', port: 'http' }, periodSeconds: 0.3, failureThreshold: 4, timeoutSeconds: 5 };
    const url = urlOf(await carried(driver, deployOf(await imageOf(dpr, sick), { ...service, livenessProbe }, { component: 'life' })));
    const { pid } = await get(url);
    await get(`${url}/sick`);
    const reason = await until(async () => (await resourceStates(folder))[0]?.reason ?? null);
    expect(reason).toBe('life was not alive (GET /live → 500 "no threads"): it was ended and is started again');
    const states = await until(async () => {
      const found = await resourceStates(folder);
      return found[0]?.ready === 1 ? found : null;
    });
    expect(states.map(({ restarts, health, reason: why }) => [restarts, health, why])).toEqual([[1, 'healthy', null]]);
    expect((await get(url)).pid === pid).toBe(false);
  }),
);

const check = `if (process.env.ROWS !== 'there') { console.error('no rows yet'); process.exit(1); }\n`;

test.concurrent(
  'an exec probe is run in the image with the variables of the component; what it says and how it ends is told',
  withWorld(async ({ driver, dpr }) => {
    const image = await writeImage(dpr, { 'app/main.mjs': 'setInterval(() => undefined, 1000);', 'app/check.mjs': check });
    const told = async (component: string, command: readonly string[], rows = ''): Promise<string> => {
      const readinessProbe = { exec: { command }, periodSeconds: 0.2, timeoutSeconds: 5 };
      const workload = { command: ['node', 'main.mjs'], variables: { ROWS: rows }, readinessProbe, readyWithin: '5s' };
      return reasonOf(await carried(driver, deployOf(image, workload, { component }, { outputs: '{}' })));
    };
    expect(
      await Promise.all([
        told('ready', ['node', 'check.mjs'], 'there'),
        told('empty', ['node', 'check.mjs']),
        told('typo', ['nod', 'check.mjs']),
        told('gone', ['./check']),
      ]),
    ).toEqual([
      'succeeded',
      'empty was not ready in 5 s (node check.mjs → exit code 1 "no rows yet")',
      'typo was not ready in 5 s (nod check.mjs → nod was not found in PATH)',
      'gone was not ready in 5 s (./check → the command ./check is not in the image)',
    ]);
  }),
);
