import { brokenLaws } from './laws.ts';
import { lived } from './lives.ts';
import { scenarios } from './scenarios.ts';

/** In `npm test` some deaths, spread over the whole run from a place drawn by chance; `SRM_DEATHS=all` tries every one. */
const tried = 12;

describe.each(scenarios)('$name, every message said twice', ({ operations, script, ending }) => {
  test('keeps the laws when nobody dies, and when the process dies at any await', async () => {
    const whole = await lived(operations, script, []);
    expect({ ending: whole.ending, broken: brokenLaws(whole.record, whole.target), undelivered: whole.undelivered }).toEqual({
      ending,
      broken: [],
      undelivered: [],
    });
    const stride = process.env['SRM_DEATHS'] === 'all' ? 1 : Math.ceil(whole.breaths / tried);
    const first = 1 + Math.floor(Math.random() * stride);
    for (let death = first; death < whole.breaths; death += stride) {
      const { record, target, undelivered, ending: ended } = await lived(operations, script, [death]);
      expect({ death, ended, broken: brokenLaws(record, target), undelivered }).toEqual({
        death,
        ended: ending,
        broken: [],
        undelivered: [],
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
      const { record, target, undelivered, ending: ended } = await lived(operations, script, deaths);
      expect({ deaths, ended, broken: brokenLaws(record, target), undelivered }).toEqual({
        deaths,
        ended: ending,
        broken: [],
        undelivered: [],
      });
    }
  });
});
