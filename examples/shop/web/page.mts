import { format } from './vendor/money/money.mjs';

export type Shop = {
  banner: string;
  products: { sku: string; title: string; sign: string; price: number }[];
  quantities: Record<string, number>;
  reviews: Record<string, { stars: number; text: string }>;
  order: { lines: { title: string; quantity: number; amount: number }[]; shipping: number; total: number };
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const style = `
  :root { color-scheme: light dark; --ink: #26352f; --soft: #71807a; --paper: #f6f4ee; --card: #fff; --accent: #2f7d5b; }
  @media (prefers-color-scheme: dark) { :root { --ink: #e8ece9; --soft: #98a69f; --paper: #161b19; --card: #202825; --accent: #6fc79d; } }
  body { margin: 0; font: 16px/1.5 system-ui, 'PingFang SC', 'Noto Sans CJK SC', sans-serif; background: var(--paper); color: var(--ink); }
  main { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.25rem; }
  h1 { margin: 0; font-size: 2rem; } h2 { margin: 2.5rem 0 .75rem; font-size: 1.15rem; }
  .banner { margin: .25rem 0 2rem; color: var(--accent); }
  .items { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 1rem; }
  .item, .order { background: var(--card); border-radius: 14px; padding: 1.1rem 1.25rem; box-shadow: 0 1px 3px #0002; }
  .sign { width: 3.2rem; height: 3.2rem; border-radius: 50%; margin-bottom: .6rem; display: grid; place-items: center; font-size: 1.5rem; background: var(--accent); color: var(--card); }
  .price { font-weight: 650; font-size: 1.1rem; }
  .soft { color: var(--soft); font-size: .9rem; } .stars { color: #c98a12; letter-spacing: .1em; }
  table { width: 100%; border-collapse: collapse; } td { padding: .4rem 0; border-bottom: 1px solid #8883; }
  td:last-child { text-align: right; font-variant-numeric: tabular-nums; } tr:last-child td { border: 0; font-weight: 650; }
`;

function item(shop: Shop, { sku, title, sign, price }: Shop['products'][number]): string {
  const review = shop.reviews[sku];
  const said =
    review === undefined ? '' : `<div class="stars">${'★'.repeat(review.stars)}</div><div class="soft">“${escaped(review.text)}”</div>`;
  return `<div class="item"><div class="sign">${escaped(sign)}</div><div>${escaped(title)}</div><div class="price">${format(price)}</div>
    <div class="soft">${shop.quantities[sku] ?? 0} in stock</div>${said}</div>`;
}

function order({ lines, shipping, total }: Shop['order']): string {
  const row = (name: string, amount: string): string => `<tr><td>${escaped(name)}</td><td>${amount}</td></tr>`;
  const rows = lines.map((line) => row(`${line.quantity} × ${line.title}`, format(line.amount)));
  return [...rows, row('送货 · Delivery', shipping === 0 ? 'free' : format(shipping)), row('合计 · Total', format(total))].join('\n');
}

export const page = (shop: Shop): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>商城 · The shop</title><style>${style}</style></head>
<body><main>
<h1>商城 · The shop</h1><p class="banner">${escaped(shop.banner)}</p>
<div class="items">${shop.products.map((product) => item(shop, product)).join('\n')}</div>
<h2>订单 · Your order</h2><div class="order"><table>${order(shop.order)}</table></div>
</main></body></html>
`;
