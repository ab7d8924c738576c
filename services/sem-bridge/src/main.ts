import { main } from '@srm/service/process';
import { settings } from './config.ts';
import { semBridge } from './sem-bridge.ts';

await main({ name: 'sem-bridge', settings, service: (parts, config) => semBridge({ ...parts, ...config }) });
