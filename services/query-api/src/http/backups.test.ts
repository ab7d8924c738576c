import { door } from '../testing-door.ts';

test('a backup takes nothing to say: what is not known is refused by name, whatever else would be answered', async () => {
  const ask = async (json: unknown) => {
    const { status, json: given } = await door().call('POST', '/v1/backups', { json });
    return [status, (given as { errors?: unknown }).errors];
  };
  expect([await ask({ x: 1 }), await ask([]), await ask({})]).toEqual([
    [422, [{ pointer: '/x', detail: 'unknown key "x"' }]],
    [422, [{ pointer: '', detail: '[] is not a map' }]],
    [501, undefined],
  ]);
});
