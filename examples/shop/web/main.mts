/** The shop's page at /, the same as JSON at /api. */
import { page } from './page.mjs';
import type { Shop } from './page.mjs';
import { get, serve, variable } from './vendor/http/http.mjs';

async function shop(): Promise<Shop> {
  const [products, quantities, reviews, order] = await Promise.all([
    get<Shop['products']>(`${variable('CATALOGUE_URL')}/products`),
    get<Shop['quantities']>(`${variable('STOCK_URL')}/quantities`),
    get<Shop['reviews']>(`${variable('REVIEWS_URL')}/reviews`),
    get<Shop['order']>(`${variable('ORDER_URL')}/order`),
  ]);
  return { banner: variable('BANNER'), products, quantities, reviews, order };
}

serve('web', shop, async ({ path }) => {
  if (path === '/') return page(await shop());
  return path === '/api' ? shop() : undefined;
});
