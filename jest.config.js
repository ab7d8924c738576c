/** Tests stand beside their source and run from it: no build is needed for them. */
export default {
  testMatch: ['<rootDir>/{schemas,packages,services,standalone,simulation,bench,testbed}/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '\\.real\\.test\\.ts$'],
  modulePathIgnorePatterns: ['/dist/', '<rootDir>/.srm'],
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }],
  },
  testTimeout: 60_000,
  maxWorkers: 2,
};
