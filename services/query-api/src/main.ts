import { main } from '@srm/service/process';
import { settings } from './config.ts';
import { queryApi } from './query-api.ts';
import { factsOf } from './status/process-facts.ts';

await main({
  name: 'query-api',
  settings,
  service: (parts, { actor }) => queryApi({ ...parts, actor, figures: parts.metrics, facts: factsOf(parts) }),
  api: ({ host, port }) => ({ host, port }),
});
