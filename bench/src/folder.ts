import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Folder = Readonly<{ path: string; remove: () => void }>;

/** An empty folder, gone with this process at the latest. */
export function temporaryFolder(): Folder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'srm-bench-')));
  const gone = (): void => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  process.once('exit', gone);
  return {
    path,
    remove: () => {
      process.off('exit', gone);
      gone();
    },
  };
}
