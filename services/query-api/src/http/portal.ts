import { portalFiles } from '@srm/portal';
import type { Route } from '@srm/service';
import { reading } from './parts.ts';

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page and its files. Scripts and styles come from here alone; nothing inline runs. */
export const portalRoutes = (): readonly Route[] =>
  portalFiles().map(({ path, type, bytes }) =>
    reading(path, async () => ({
      status: 200,
      headers: {
        'Content-Type': type,
        'Cache-Control': 'no-cache',
        'Content-Security-Policy': policy,
        'X-Content-Type-Options': 'nosniff',
        'Referrer-Policy': 'no-referrer',
      },
      text: bytes,
    })),
  );
