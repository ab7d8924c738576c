import { stepKey } from './keys.ts';

test('commands about one step share its key, an undo included', () => {
  expect(stepKey('6f1c', 'catalogue/deploy')).toBe('operation/6f1c/catalogue/deploy');
  expect(stepKey('6f1c', 'catalogue/deploy/undo')).toBe('operation/6f1c/catalogue/deploy');
  expect(stepKey('6f1c', 'undo/deploy')).toBe('operation/6f1c/undo/deploy');
});
