import type { Health } from './health.ts';
import type { Answer, Route } from './service.ts';

/** `/livez`: the process answers. `/readyz`: every service has started and none is stopping, else 503; with `?verbose`, all that is known. */
export const healthRoutes = (health: () => readonly Health[]): readonly Route[] => [
  route('/livez', () => ({ status: 200, text: 'ok\n' })),
  route('/readyz', (verbose) => {
    const services = health();
    const ready = services.every((one) => one.ready);
    const status = ready ? 200 : 503;
    if (verbose) return { status, json: { ready, services } };
    const waiting = services.filter((one) => !one.ready).map((one) => one.service);
    return { status, text: ready ? 'ok\n' : `not ready: ${waiting.join(', ')}\n` };
  }),
];

const route = (path: string, answer: (verbose: boolean) => Answer): Route => ({
  method: 'GET',
  path,
  async *answer({ query }) {
    const { headers, ...rest } = answer(query.has('verbose'));
    return { ...rest, headers: { ...headers, 'Cache-Control': 'no-store' } };
  },
});
