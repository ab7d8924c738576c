import { port, text } from '@srm/service';

export const settings = {
  host: text('HOST', 'the address that SRM answers at', '127.0.0.1'),
  port: port('PORT', 'the port that SRM answers at', 7070),
  actor: text('SRM_ACTOR', 'who is written down where a request names nobody', 'unknown'),
} as const;
