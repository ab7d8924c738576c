import tseslint from 'typescript-eslint';

/** Time, chance and the environment come in from main.ts as `now`, `sleep`, `newId` and configuration. */
const worldly = [
  { object: 'Date', property: 'now', message: 'Time is passed in: clock.now().' },
  { object: 'performance', property: 'now', message: 'Time is passed in: clock.now().' },
  { object: 'Math', property: 'random', message: 'Chance is passed in: newId(), or derive it from place.' },
  { object: 'process', property: 'env', message: 'Only main.ts and config.ts read the environment.' },
];
const timers = ['setTimeout', 'setInterval'].map((name) => ({ name, message: 'Waiting is passed in: clock.sleep().' }));
const worldlyText = [
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Time is passed in: new Date(clock.now()).' },
  { selector: 'ImportSpecifier[imported.name="randomUUID"]', message: 'Ids are passed in: newId(), or derive from place.' },
  { selector: 'ImportDeclaration[source.value=/^(node:)?timers/]', message: 'Waiting is passed in: clock.sleep().' },
];

/** Never, anywhere: text that becomes code or a command line. */
const dangerous = [
  { selector: 'Property[key.name="shell"]:not([value.value=false])', message: 'No shell: an argument array.' },
  {
    selector: 'ImportDeclaration[source.value=/^(node:)?child_process$/] ImportSpecifier[imported.name=/^exec(Sync)?$/]',
    message: 'exec is a shell: spawn or execFile with an argument array.',
  },
  { selector: 'ImportDeclaration[source.value=/^(node:)?vm$/]', message: 'Templates are data with a closed grammar, not code.' },
];

/**
 * Who may touch the world itself: main.ts and config.ts; tests, contracts and what is for tests; the command line;
 * the two bridges whose drivers are processes of this machine; and benchmarks, which measure it.
 */
const hands = [
  '**/main.ts',
  '**/config.ts',
  '**/*.test.ts',
  '**/*.contract.ts',
  '**/testing.ts',
  '**/test-*.ts',
  '**/*-writer.ts',
  '**/contract.ts',
  'packages/cli/**',
  'bench/**',
  'testbed/**',
  'services/{ci,sem}-bridge/src/**',
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/*.generated.ts', '**/.srm/**', 'examples/**', '**/fixtures/**'] },
  ...tseslint.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      'no-restricted-syntax': ['error', ...dangerous, ...worldlyText],
      'no-restricted-properties': ['error', ...worldly],
      'no-restricted-globals': ['error', ...timers],
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/no-unused-expressions': ['error', { allowShortCircuit: true, allowTernary: true }],
      'prefer-const': 'error',
    },
  },
  {
    files: hands,
    rules: { 'no-restricted-properties': 'off', 'no-restricted-globals': 'off', 'no-restricted-syntax': ['error', ...dangerous] },
  },
  {
    files: ['packages/portal/page/**'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-globals': 'off', 'no-restricted-syntax': 'off' },
  },
);
