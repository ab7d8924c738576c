export { scmBridge, type ScmBridgeParts } from './scm-bridge.ts';
export { fileDriver } from './file-driver.ts';
export { currentItems, type CurrentItem } from './items.ts';
