import { hints, typed } from './hints.ts';

test('the next commands stand below each other, and name the server where it is not found by itself', () => {
  expect(hints(null, 'en')).toBe(
    [
      'Next: npm run srm -- release examples/shop-broken -e development   # watch it undo itself',
      '      npm run srm -- get resources     ·   edit examples/shop/catalogue, release again',
    ].join('\n'),
  );
  expect(hints('http://127.0.0.1:7071', 'zh')).toBe(
    [
      '接着： npm run srm -- release examples/shop-broken -e development --server http://127.0.0.1:7071   # 看它自行撤销',
      '       npm run srm -- get resources --server http://127.0.0.1:7071     ·   修改 examples/shop/catalogue 后再次发布',
    ].join('\n'),
  );
});

test('a path is shown as it would be typed', () => {
  expect([typed('/a/.srm', '/a'), typed('/a', '/a'), typed('/b', '/a')]).toEqual(['./.srm', '.', '/b']);
});
