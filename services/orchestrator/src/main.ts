import { main } from '@srm/service/process';
import { settings } from './config.ts';
import { orchestrator } from './orchestrator.ts';

await main({ name: 'orchestrator', settings, service: (parts) => orchestrator(parts) });
