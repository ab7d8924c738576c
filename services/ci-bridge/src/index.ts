export { ciBridge, type CiBridgeParts } from './ci-bridge.ts';
export { localDriver, type LocalParts } from './local.ts';
export { bprFolder, dprFolder, effectsFile } from './running.ts';
export { folderBpr, addressOf, parseAddress, ArtifactRefused, type Artifact, type Bpr, type BuildName } from './bpr.ts';
export { folderDpr, type Dpr } from './dpr.ts';
