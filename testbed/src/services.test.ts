import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { namesOf } from '@srm/service';
import { shared } from '@srm/service/process';
import { serviceNames, type ServiceName } from './fleet.ts';
import { begun } from './test-process.ts';

const own: Readonly<Record<ServiceName, Readonly<Record<string, string>>>> = {
  orchestrator: {},
  'scm-bridge': {},
  'ci-bridge': { SRM_CI_FOLDER: '/nowhere/ci', SRM_CI_SOURCES: '/nowhere' },
  'sem-bridge': { SRM_SEM_FOLDER: '/nowhere/sem', SRM_SEM_IMAGES: '/nowhere/dpr' },
  'query-api': {},
};

/** Nobody listens at port 9 of this machine. */
const nowhere = (): Readonly<Record<string, string>> => ({
  KAFKA_BROKERS: '127.0.0.1:9',
  SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9',
  MONGODB_URI: 'mongodb://127.0.0.1:9',
  HEALTH_PORT: '0',
  PORT: '0',
});

test.each(serviceNames)(
  '%s refuses a wrong environment whole, a line for each mistake, and exits with 2',
  async (name) => {
    const { ended, said } = begun(name, { KAFKA_BROKERS: 'nobody', HEALTH_PORT: 'x', SRM_TYPO: '1' });
    expect(await ended).toBe(2);
    const missing = Object.keys(own[name]).map((one) => `${name}: ${one} is not set`);
    expect(
      said.err
        .trim()
        .split('\n')
        .map((line) => line.replace(/( is not set|: "| is no setting).*$/, (_, what) => (what === ': "' ? '' : what))),
    ).toEqual([
      `${name}: KAFKA_BROKERS is no list of host:port with commas between`,
      `${name}: SCHEMA_REGISTRY_URL is not set`,
      `${name}: MONGODB_URI is not set`,
      `${name}: HEALTH_PORT is no port from 0 (any free one) to 65535`,
      ...missing,
      `${name}: SRM_TYPO is no setting`,
    ]);
    expect(said.out).toBe('');
  },
  300_000,
);

test.each(serviceNames)(
  '%s lives while what it needs is out of reach, is not ready and says why, and ends with 0 when it is asked to',
  async (name) => {
    const { child, ended, line } = begun(name, { ...nowhere(), ...own[name] });
    try {
      const { health } = await line('begins');
      const get = async (at: string): Promise<readonly [number, string]> => {
        const answer = await fetch(`${health}${at}`);
        return [answer.status, await answer.text()];
      };
      expect(await get('/livez')).toEqual([200, 'ok\n']);
      expect(await get('/readyz')).toEqual([503, 'not ready: MongoDB is not reached yet\n']);
      const [status, metrics] = await get('/metrics');
      expect(status).toBe(200);
      expect(metrics.split('\n')).toContain(`srm_build_info{version="0.1.0",service="${name}"} 1`);
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
      expect((await line('ended'))['code']).toBe(0);
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
  },
  300_000,
);

test('whose port is taken says so and exits with 3', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { ended, line } = begun('scm-bridge', { ...nowhere(), HEALTH_PORT: String(port) });
  expect(await ended).toBe(3);
  expect((await line('refused'))['msg']).toBe(`scm-bridge cannot begin: listen EADDRINUSE: address already in use 127.0.0.1:${port}`);
  other.close();
}, 300_000);

test('an error that nobody caught is said, and ends it with 4', async () => {
  const thrown = encodeURIComponent("process.once('SIGUSR2', () => { throw new Error('nobody caught this'); });");
  const { child, ended, line } = begun('scm-bridge', { ...nowhere(), NODE_OPTIONS: `--import=data:text/javascript,${thrown}` });
  await line('begins');
  child.kill('SIGUSR2');
  expect(await ended).toBe(4);
  expect((await line('broken'))['msg']).toBe('scm-bridge cannot go on: nobody caught this');
}, 300_000);

test('names of settings are said once in a service', () => {
  const names = namesOf(shared);
  expect(new Set(names).size).toBe(names.length);
});
