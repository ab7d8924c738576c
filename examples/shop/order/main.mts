/** What the cart costs with its delivery. */
import { get, serve, variable } from './vendor/http/http.mjs';
import { add } from './vendor/money/money.mjs';

type Cart = { lines: { sku: string; title: string; quantity: number; amount: number }[]; total: number };

const free = 20000;
const delivery = 1200;

async function order() {
  const { lines, total } = await get<Cart>(`${variable('CART_URL')}/cart`);
  const shipping = total >= free ? 0 : delivery;
  return { lines, shipping, total: add([total, shipping]) };
}

serve('order', order, ({ path }) => (path === '/order' ? order() : undefined));
