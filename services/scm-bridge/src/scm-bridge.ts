import { bridgeService, type BridgeParts } from '@srm/bridge';
import type { Service } from '@srm/service';
import { fileDriver } from './file-driver.ts';
import { works } from './work.ts';

export type ScmBridgeParts = Omit<BridgeParts, 'name' | 'drivers' | 'extra' | 'sweep' | 'forget'>;

/** Configuration management: what components publish, and what others get of it. */
export const scmBridge = (parts: ScmBridgeParts): Service =>
  bridgeService({
    ...parts,
    name: 'scm',
    drivers: new Map([['file', fileDriver(parts.documents)]]),
    forget: works(parts.documents).forget,
  });
