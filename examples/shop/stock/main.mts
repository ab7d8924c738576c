/** How many of each are there. */
import { get, serve, variable } from './vendor/http/http.mjs';

const quantities = () => get<Record<string, number>>(`${variable('STORE_URL')}/keys/quantities`);

serve('stock', quantities, ({ path }) => (path === '/quantities' ? quantities() : undefined));
