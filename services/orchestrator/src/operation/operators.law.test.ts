import fc from 'fast-check';
import { act, cancelled, failed, leased, planning, request, step, succeeded, told, underTest } from './testing.ts';

/** What an operator sees of three deployments, each standing on the one before, where people decide what follows on a failure. */
type Model = {
  at: number;
  done: number;
  open: 'step' | 'undo' | null;
  failed: boolean;
  held: 'operator' | 'failure' | null;
  /** Cancelled, or given up: it goes back. */
  back: boolean;
  ended: boolean;
};
type Real = ReturnType<typeof underTest>;
type Action = 'cancel' | 'hold' | 'resume' | 'retry' | 'skip' | 'giveUp' | 'abandon' | 'repair';

const steps = 3;
const fresh = (): Model => ({ at: 0, done: 0, open: 'step', failed: false, held: null, back: false, ended: false });
const begun = (): Real => {
  const real = underTest();
  const chain = Array.from({ length: steps }, (_, n) => step(`c${n}/deploy`, n === 0 ? [] : [`c${n - 1}/deploy`]));
  real.given(request({ onFailure: 'hold' }), ...planning(chain), leased);
  return real;
};

/** What goes on by itself. */
function settle(model: Model): void {
  if (model.ended || model.open !== null) return;
  if (model.back) model.open = model.done > 0 ? 'undo' : null;
  else if (model.held === 'operator') return;
  else if (model.failed) model.held = 'failure';
  else if (model.at < steps) model.open = 'step';
  model.ended = model.open === null && model.held === null;
}

const mayDo = (model: Readonly<Model>, action: Action): boolean => {
  if (model.ended) return false;
  if (action === 'abandon' || action === 'repair') return model.open !== null;
  if (model.back) return false;
  switch (action) {
    case 'cancel':
      return true;
    case 'hold':
      return model.held === null;
    case 'resume':
      return model.held === 'operator';
    case 'giveUp':
      return model.held !== null;
    default:
      return model.held !== null && model.failed;
  }
};

function done(model: Model, action: Action): void {
  if (action === 'repair') return;
  if (action === 'hold') model.held = 'operator';
  else model.held = null;
  if (action === 'cancel' || action === 'giveUp') model.back = true;
  if (action === 'retry' || action === 'skip') model.failed = false;
  if (action === 'skip') model.at += 1;
  if (action === 'abandon') model.ended = true;
}

const same = (model: Model, real: Real): void => {
  const [open = null] = real.operation.open;
  const seen = {
    open: open === null ? null : open.endsWith('/undo') ? 'undo' : 'step',
    held: real.operation.held,
    ended: real.operation.ended !== null,
  };
  const wanted = { open: model.open, held: model.held, ended: model.ended };
  // What is abandoned leaves its step open.
  expect(model.ended ? { ended: seen.ended } : seen).toEqual(model.ended ? { ended: true } : wanted);
};

let said = 0;

const acts = (action: Action, twice: boolean): fc.Command<Model, Real> => ({
  check: () => true,
  run: (model, real) => {
    const input = act(action, null, `act-${++said}`);
    const accepted = mayDo(model, action);
    expect(told(real.given(input)).includes('ActionRefused')).toBe(!accepted);
    if (twice) expect(real.given(input)).toEqual([]);
    if (accepted) {
      done(model, action);
      settle(model);
    }
    same(model, real);
  },
  toString: () => `${action}${twice ? ' twice' : ''}`,
});

const hows = ['succeeds', 'succeeds', 'fails', 'is cancelled'] as const;

const reports = (how: (typeof hows)[number]): fc.Command<Model, Real> => ({
  check: ({ ended, open, back }) => !ended && open !== null && (how === 'succeeds' || (open === 'step' && (how === 'fails' || back))),
  run: (model, real) => {
    const [id = ''] = real.operation.open;
    const ends = {
      succeeds: () => succeeded(real.operation, id),
      fails: () => failed(real.operation, id),
      'is cancelled': () => cancelled(real.operation, id),
    };
    const report = ends[how]();
    real.given(report);
    expect(real.given(report)).toEqual([]);
    if (model.open === 'undo') model.done -= 1;
    else if (how === 'succeeds') [model.at, model.done] = [model.at + 1, model.done + 1];
    else if (how === 'fails') model.failed = true;
    model.open = null;
    settle(model);
    same(model, real);
  },
  toString: () => `the step ${how}`,
});

const actions = ['cancel', 'hold', 'resume', 'retry', 'skip', 'giveUp', 'abandon', 'repair'] as const;

/** `SRM_RUNS` tries more, of other seeds. */
const more = process.env['SRM_RUNS'];

test('operators see one course, whatever they say and whenever: what is refused changes nothing, what comes twice counts once', () => {
  const commands = fc.commands(
    [
      fc.tuple(fc.constantFrom(...actions), fc.boolean()).map(([action, twice]) => acts(action, twice)),
      fc.constantFrom(...hows).map(reports),
    ],
    { maxCommands: 30 },
  );
  const law = fc.property(commands, (some) => fc.modelRun(() => ({ model: fresh(), real: begun() }), some));
  fc.assert(law, more === undefined ? { seed: 4, numRuns: 400 } : { numRuns: Number(more) });
});
