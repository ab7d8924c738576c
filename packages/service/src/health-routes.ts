import type { Health } from './health.ts';
import type { Answer, Route } from './service.ts';

/**
 * `/livez`: the process answers. `/readyz`: every service has started, none is stopping, and nothing else is missing (`missing`, in sentences), else
 * 503; with `?verbose`, all that is known.
 */
export const healthRoutes = (
  health: () => readonly Health[],
  missing: () => Promise<readonly string[]> = () => Promise.resolve([]),
): readonly Route[] => [
  getting('/livez', async () => ({ status: 200, text: 'ok\n' })),
  getting('/readyz', async (verbose) => {
    const services = health();
    const waiting = [...services.filter((one) => !one.ready).map((one) => one.service), ...(await missing())];
    const ready = waiting.length === 0;
    const status = ready ? 200 : 503;
    if (verbose) return { status, json: { ready, waiting, services } };
    return { status, text: ready ? 'ok\n' : `not ready: ${waiting.join(', ')}\n` };
  }),
];

/** Never kept by anybody on the way. */
export const getting = (path: string, answer: (verbose: boolean) => Promise<Answer>): Route => ({
  method: 'GET',
  path,
  async *answer({ query }) {
    const { headers, ...rest } = await answer(query.has('verbose'));
    return { ...rest, headers: { ...headers, 'Cache-Control': 'no-store' } };
  },
});
