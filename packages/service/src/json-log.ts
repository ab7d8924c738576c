import type { Log } from '@srm/messaging';
import { destination, pino, stdTimeFunctions } from 'pino';
import { logContext } from './log-context.ts';

export type JsonLogOptions = Readonly<{
  /** Of every line. */
  service: string;
  instance?: string;
  level?: 'info' | 'warn' | 'error';
  /** A file, which is made with its folders and appended to, or something that takes lines; by default standard output. */
  to?: string | Readonly<{ write: (line: string) => unknown }>;
}>;

const secret = ['authorization', 'cookie', 'password', 'passwd', 'secret', 'token', 'apiKey', 'accessKey', 'privateKey', 'credentials'];
/** At the first three levels; what is deeper has no business in a log line. */
const paths = secret.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** A line of JSON for each event, times in ISO 8601; what is secret, by its type or its name, shows `***`. */
export function jsonLog({ service, instance, level = 'info', to }: JsonLogOptions): Log {
  const options = {
    level,
    base: { service, ...(instance === undefined ? {} : { instance }) },
    mixin: logContext,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths, censor: '***' },
  };
  const target =
    typeof to === 'object' ? { write: (line: string) => void to.write(line) } : destination({ dest: to ?? 1, sync: true, mkdir: true });
  const log = pino(options, target);
  return {
    info: (fields, text) => log.info(fields, text),
    warn: (fields, text) => log.warn(fields, text),
    error: (fields, text) => log.error(fields, text),
  };
}
