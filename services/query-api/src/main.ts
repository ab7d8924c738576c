import { main } from '@srm/service/process';
import { settings } from './config.ts';
import { queryApi } from './query-api.ts';

await main({
  name: 'query-api',
  settings,
  service: (parts, { actor }) => queryApi({ ...parts, actor, figures: parts.metrics }),
  api: ({ host, port }) => ({ host, port }),
});
