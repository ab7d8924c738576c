import type { Outgoing } from '@srm/messaging';
import { nothingDriver, nothingTarget, type Script } from './nothing.ts';
import type { Job } from './driver.ts';
import { cancelStep, runStep, undoStep } from './testing/commands.ts';
import { memoryDocuments } from './testing/memory-documents.ts';
import { reportsIn, session } from './testing/session.ts';

const bridge = (script?: (job: Job) => Script) => {
  const target = nothingTarget();
  const published: Outgoing[] = [];
  return { target, published, ...session({ documents: memoryDocuments(), driver: nothingDriver(target, script), published }) };
};

test('a step that can be undone says its restore point, then its end', async () => {
  const { give, target, published, rest } = bridge(() => ({ does: 'succeed', outputs: { url: 'http://127.0.0.1:1' } }));
  await give(runStep('store/deploy'));
  await rest();
  expect(reportsIn(published)).toEqual([
    ['store/deploy', 1, 'JobRestorable'],
    ['store/deploy', 2, 'JobSucceeded'],
  ]);
  expect(target.effects).toEqual([
    {
      job: runStep('store/deploy').data.job,
      step: 'store/deploy',
      action: 'deploy',
      component: 'store',
      environment: 'development',
      fence: 7,
    },
  ]);
});
