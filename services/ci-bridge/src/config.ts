import { folder, folders, text } from '@srm/service';

export const settings = {
  folder: folder('SRM_CI_FOLDER', 'where builds work, and packages and images are kept; the same for all instances'),
  roots: folders('SRM_CI_SOURCES', 'the folders that sources may lie in, with : between'),
  tools: folder('SRM_CI_TOOLS', 'the folder of packages (node_modules) that builds find beside their workspace', '/usr/lib/node_modules'),
  path: text('PATH', 'where programs are found that builds run', '/usr/local/bin:/usr/bin:/bin'),
} as const;
