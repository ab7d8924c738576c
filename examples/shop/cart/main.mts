/** What somebody wants, as far as it is in stock, with prices. */
import { get, serve, variable } from './vendor/http/http.mjs';
import { add, times } from './vendor/money/money.mjs';

type Product = { sku: string; title: string; price: number };

const wanted: Record<string, number> = { tea: 2, cup: 1, ink: 1 };

async function cart() {
  const [products, quantities] = await Promise.all([
    get<Product[]>(`${variable('CATALOGUE_URL')}/products`),
    get<Record<string, number>>(`${variable('STOCK_URL')}/quantities`),
  ]);
  const lines = products.flatMap(({ sku, title, price }) => {
    const quantity = Math.min(wanted[sku] ?? 0, quantities[sku] ?? 0);
    return quantity === 0 ? [] : [{ sku, title, quantity, amount: times(price, quantity) }];
  });
  return { lines, total: add(lines.map((line) => line.amount)) };
}

serve('cart', cart, ({ path }) => (path === '/cart' ? cart() : undefined));
