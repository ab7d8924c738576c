import { main } from '@srm/service/process';
import { settings } from './config.ts';
import { scmBridge } from './scm-bridge.ts';

await main({ name: 'scm-bridge', settings, service: (parts) => scmBridge(parts) });
