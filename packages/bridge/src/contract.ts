import type { Driver, Job, JobStatus } from './driver.ts';

/** A driver with a target of its own, made anew for each test. */
export type DriverUnderTest = Readonly<{
  driver: Driver;
  /** The driver made anew on the same target, as after a crash of the bridge. */
  again: () => Promise<Driver>;
  /** Jobs that were never asked for before; each call gives a new one. */
  succeeds: () => Job;
  fails: () => Job;
  /** Runs until it is cancelled; null: nothing lasts here. */
  hangs: (() => Job) | null;
  /** start() answers with a sentence; null: the driver refuses nothing, it fails. */
  refused: (() => Job) | null;
  /** The same driver with its target out of reach; null: it cannot be. */
  outOfReach: (() => Promise<Driver>) | null;
  /** How often this job took effect, counted at the target. */
  effects: (job: Job) => Promise<number>;
  /** All that this component's system has, as a value to compare: restorePoint() must leave it as it is. */
  state: (job: Job) => Promise<unknown>;
  close: () => Promise<void>;
}>;

type Ended = Extract<JobStatus, { state: 'succeeded' | 'failed' | 'cancelled' }>;
const unheard = (): AbortSignal => new AbortController().signal;
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

/** Looks until the job has ended. */
export async function endOf(driver: Driver, job: Job): Promise<Ended> {
  for (;;) {
    const status = await driver.observe(job);
    if (status.state === 'succeeded' || status.state === 'failed' || status.state === 'cancelled') return status;
    if (status.state === 'absent') throw new Error(`${job.step} is absent after it was started`);
    await soon();
  }
}

async function untilRunning(driver: Driver, job: Job): Promise<void> {
  for (;;) {
    const status = await driver.observe(job);
    if (status.state === 'running') return;
    if (status.state !== 'unknown' && status.state !== 'absent') throw new Error(`${job.step} is ${status.state}, and should last`);
    await soon();
  }
}

/** One suite for every driver (protocol 13, 17). Each call may be repeated: the same job.id is the same job. */
export function driverContract(name: string, make: () => Promise<DriverUnderTest>): void {
  const on = (body: (subject: DriverUnderTest) => Promise<void>) => async (): Promise<void> => {
    const subject = await make();
    try {
      await body(subject);
    } finally {
      await subject.close();
    }
  };

  describe(`driver ${name}`, () => {
    test(
      'a job that was never started is absent',
      on(async ({ driver, succeeds }) => {
        expect(await driver.observe(succeeds())).toEqual({ state: 'absent' });
      }),
    );

    test(
      'a job that is started succeeds, with one effect',
      on(async ({ driver, succeeds, effects }) => {
        const job = succeeds();
        expect(await driver.start(job, unheard())).toEqual({ refused: null });
        expect((await endOf(driver, job)).state).toBe('succeeded');
        expect(await effects(job)).toBe(1);
      }),
    );

    test(
      'started again, at once, at the same time and after its end, it is the same job with one effect',
      on(async ({ driver, succeeds, effects }) => {
        const job = succeeds();
        await Promise.all([driver.start(job, unheard()), driver.start(job, unheard())]);
        await driver.start(job, unheard());
        const end = await endOf(driver, job);
        await driver.start(job, unheard());
        expect(await endOf(driver, job)).toEqual(end);
        expect([end.state, await effects(job)]).toEqual(['succeeded', 1]);
      }),
    );

    test(
      'what has ended is observed the same again, by a driver made anew too, and cancel does not change it',
      on(async ({ driver, again, succeeds, fails }) => {
        for (const job of [succeeds(), fails()]) {
          await driver.start(job, unheard());
          const end = await endOf(driver, job);
          expect(await driver.observe(job)).toEqual(end);
          await driver.cancel(job);
          expect(await driver.observe(job)).toEqual(end);
          expect(await (await again()).observe(job)).toEqual(end);
        }
      }),
    );

    test(
      'a job that fails says why in a sentence, and has evidence that can be read or none',
      on(async ({ driver, fails }) => {
        const job = fails();
        await driver.start(job, unheard());
        const end = await endOf(driver, job);
        expect(end.state).toBe('failed');
        expect(end.state === 'failed' ? end.reason : '').toMatch(/\w+ \w+/);
        expect(() => JSON.parse(String(JSON.stringify(end)))).not.toThrow();
        const evidence = await driver.evidence(job);
        expect(evidence === null ? 'object' : typeof JSON.parse(evidence)).toBe('object');
      }),
    );

    test(
      'a driver made anew on the same target carries on with the same job',
      on(async ({ driver, again, succeeds, effects }) => {
        const job = succeeds();
        await driver.start(job, unheard());
        const anew = await again();
        await anew.start(job, unheard());
        expect([(await endOf(anew, job)).state, await effects(job)]).toEqual(['succeeded', 1]);
      }),
    );

    test(
      'an unknown job can be cancelled; where a tombstone stands, a later start does nothing',
      on(async ({ driver, again, succeeds, effects }) => {
        const job = succeeds();
        if (!(await driver.cancel(job))) return expect(await driver.observe(job)).toEqual({ state: 'absent' });
        expect(await driver.cancel(job)).toBe(true);
        await driver.start(job, unheard());
        await (await again()).start(job, unheard());
        expect(['absent', 'cancelled']).toContain((await driver.observe(job)).state);
        expect(await effects(job)).toBe(0);
      }),
    );

    test(
      'cancel and start at the same time: either the tombstone stands and nothing happens, or the job is there',
      on(async ({ driver, succeeds, effects }) => {
        const job = succeeds();
        const [tombstone] = await Promise.all([driver.cancel(job), driver.start(job, unheard())]);
        const status = await driver.observe(job);
        if (tombstone) expect(['absent', 'cancelled']).toContain(status.state);
        if (tombstone) expect(await effects(job)).toBe(0);
        else if (status.state !== 'absent') await endOf(driver, job);
      }),
    );

    test(
      'a running job is seen running, and ends cancelled when it is asked to',
      on(async ({ driver, again, hangs }) => {
        if (hangs === null) return;
        const job = hangs();
        await driver.start(job, unheard());
        await untilRunning(driver, job);
        await untilRunning(await again(), job);
        await driver.cancel(job);
        await driver.cancel(job);
        const end = await endOf(driver, job);
        expect(end.state).toBe('cancelled');
        expect(await (await again()).observe(job)).toEqual(end);
        await driver.start(job, unheard());
        expect(await driver.observe(job)).toEqual(end);
      }),
    );

    test(
      'what the system refuses is said in a sentence, each time, and has no effect',
      on(async ({ driver, refused, effects }) => {
        if (refused === null) return;
        const job = refused();
        const { refused: reason } = await driver.start(job, unheard());
        expect(reason).toMatch(/\w+ \w+/);
        expect((await driver.start(job, unheard())).refused).toBe(reason);
        expect(await effects(job)).toBe(0);
      }),
    );

    test(
      'a system out of reach is a transient error, of every call',
      on(async ({ outOfReach, succeeds }) => {
        if (outOfReach === null) return;
        const driver = await outOfReach();
        const job = succeeds();
        const transient = { name: 'TransientError' };
        await expect(driver.start(job, unheard())).rejects.toMatchObject(transient);
        await expect(driver.observe(job)).rejects.toMatchObject(transient);
        await expect(driver.cancel(job)).rejects.toMatchObject(transient);
        await expect(driver.restorePoint(job)).rejects.toMatchObject(transient);
      }),
    );

    test(
      'the log is read from any offset on, and read again it is the same',
      on(async ({ driver, again, succeeds }) => {
        const job = succeeds();
        expect(await driver.log(job, 0)).toEqual({ text: '', next: 0 });
        await driver.start(job, unheard());
        await endOf(driver, job);
        const first = await driver.log(job, 0);
        expect(await (await again()).log(job, 0)).toEqual(first);
        expect(first.next).toBeGreaterThanOrEqual(0);
        let [text, offset] = [first.text, first.next];
        for (let more = await driver.log(job, offset); more.next > offset; more = await driver.log(job, offset)) {
          [text, offset] = [text + more.text, more.next];
        }
        expect(offset).toBeGreaterThanOrEqual(Buffer.byteLength(text) > 0 ? 1 : 0);
        expect(await driver.log(job, offset)).toEqual({ text: '', next: offset });
      }),
    );

    test(
      'taking a restore point touches nothing, and gives JSON text or null',
      on(async ({ driver, succeeds, state }) => {
        const job = succeeds();
        const before = await state(job);
        const point = await driver.restorePoint(job);
        expect(await driver.restorePoint(job)).toEqual(point);
        expect(point === null ? 'object' : typeof JSON.parse(point)).toBe('object');
        expect(await state(job)).toEqual(before);
        expect(await driver.observe(job)).toEqual({ state: 'absent' });
      }),
    );

    test(
      'whether there is a restore point follows from the job alone: it is so before and after its end',
      on(async ({ driver, succeeds }) => {
        const job = succeeds();
        const before = await driver.restorePoint(job);
        await driver.start(job, unheard());
        await endOf(driver, job);
        expect((await driver.restorePoint(job)) === null).toBe(before === null);
      }),
    );

    test(
      'the calls have limits in time',
      on(async ({ driver }) => {
        expect(driver.timing.call).toBeGreaterThan(0);
        expect(driver.timing.hold).toBeGreaterThanOrEqual(0);
      }),
    );
  });
}
