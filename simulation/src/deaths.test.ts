import { brokenLaws, evidenceOf } from './laws/index.ts';
import { lived, type Lived } from './lives.ts';
import { scenarios } from './scenarios.ts';

/** In `npm test` some deaths, spread over the whole run from a place drawn by chance; `SRM_DEATHS=all` tries every one. */
const tried = 8;

const judged = ({ record, target, ending, undelivered, sameViews }: Lived) => ({
  ending,
  broken: brokenLaws(evidenceOf(record, target.effects)),
  undelivered,
  sameViews,
});

describe.each(scenarios)('$name, every message said twice', ({ operations, script, ending }) => {
  test('keeps the laws when nobody dies, and when the process dies at any await', async () => {
    const whole = await lived(operations, script, []);
    expect(judged(whole)).toEqual({ ending, broken: [], undelivered: [], sameViews: true });
    const stride = process.env['SRM_DEATHS'] === 'all' ? 1 : Math.ceil(whole.breaths / tried);
    const first = 1 + Math.floor(Math.random() * stride);
    for (let death = first; death < whole.breaths; death += stride) {
      expect({ death, ...judged(await lived(operations, script, [death])) }).toEqual({
        death,
        ending,
        broken: [],
        undelivered: [],
        sameViews: true,
      });
    }
  });

  test('keeps the laws when it dies again soon after it came back', async () => {
    const whole = await lived(operations, script, []);
    for (const part of [0.2, 0.4, 0.6, 0.8]) {
      const deaths = [
        Math.ceil(whole.breaths * (part + Math.random() / 10)),
        1 + Math.floor(Math.random() * 150),
        1 + Math.floor(Math.random() * 150),
      ];
      expect({ deaths, ...judged(await lived(operations, script, deaths)) }).toEqual({
        deaths,
        ending,
        broken: [],
        undelivered: [],
        sameViews: true,
      });
    }
  });
});
