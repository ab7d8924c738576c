export { portalFiles, type PortalFile } from './portal-files.ts';
