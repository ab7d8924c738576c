/** A job: fills the store. Running it again writes the same. */
const content = {
  products: [
    { sku: 'tea', title: '龙井茶 · Dragon Well tea', sign: '茶', price: 12800 },
    { sku: 'cup', title: '青瓷杯 · Celadon cup', sign: '瓷', price: 6850 },
    { sku: 'fan', title: '折扇 · Folding fan', sign: '扇', price: 4200 },
    { sku: 'ink', title: '砚台 · Ink stone', sign: '砚', price: 23900 },
  ],
  quantities: { tea: 42, cup: 7, fan: 120, ink: 3 },
};

for (const [key, value] of Object.entries(content)) {
  const address = `${process.env['STORE_URL']}/keys/${key}`;
  const answer = await fetch(address, { method: 'PUT', body: JSON.stringify(value), signal: AbortSignal.timeout(5000) });
  if (!answer.ok) throw new Error(`PUT ${address} → ${answer.status} ${await answer.text()}`);
  console.log(`${key} stored`);
}
