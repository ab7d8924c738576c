import { folder, text } from '@srm/service';

export const settings = {
  folder: folder('SRM_SEM_FOLDER', 'where the records, versions and volumes of what is deployed lie; the same for all instances'),
  dpr: folder('SRM_SEM_IMAGES', 'the OCI image layout that images are taken from: dpr in the folder of the ci-bridge'),
  path: text('PATH', 'where programs are found that are deployed', '/usr/local/bin:/usr/bin:/bin'),
} as const;
