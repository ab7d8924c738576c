import { main } from '@srm/service/process';
import { ciBridge } from './ci-bridge.ts';
import { settings } from './config.ts';

await main({ name: 'ci-bridge', settings, service: (parts, config) => ciBridge({ ...parts, ...config }) });
