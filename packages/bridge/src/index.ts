export * from './driver.ts';
export { bridgeService, type BridgeName, type BridgeParts } from './bridge-service.ts';
export { nothingMaterial } from './nothing-material.ts';
export { nothingDriver, nothingTarget, type NothingTarget, type Script } from './nothing.ts';
export { ArchiveRefused, isWithin, placeBelow, unpackTarGz, type Unpacked, type UnpackLimits } from './archive.ts';
