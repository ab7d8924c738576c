/** What is for sale. */
import { get, serve, variable } from './vendor/http/http.mjs';

type Product = { sku: string; title: string; sign: string; price: number };

const products = () => get<Product[]>(`${variable('STORE_URL')}/keys/products`);

serve('catalogue', products, ({ path }) => (path === '/products' ? products() : undefined));
