import base from './jest.config.js';

/** Tests against real parts: each starts those that it needs. */
export default {
  ...base,
  testMatch: ['<rootDir>/testbed/**/*.real.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  testTimeout: 600_000,
  maxWorkers: 1,
};
