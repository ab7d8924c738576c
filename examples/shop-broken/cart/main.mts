/** A cart that compiles, starts and answers, and never gets ready. */
import { get, serve, variable } from './vendor/http/http.mjs';

const quantities = () => get<Record<string, number>>(`${variable('STOCK_URL')}/quantities`);

async function ready() {
  const { pears } = await quantities();
  if (pears === undefined) throw new Error('no stock');
}

serve('cart', ready, ({ path }) => (path === '/cart' ? { lines: [], total: 0 } : undefined));
