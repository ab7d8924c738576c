import { below, type Component, type Product, quoted, type ResolvedWorkload } from '@srm/definitions';
import type { Choice } from './choice.ts';
import { inDocument, type PlanError } from './step.ts';

const why = 'not supported yet by target process';

const within = (folder: string, path: string): boolean => path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);

/** Absolute paths that exist in the image only: there is no image around a process. */
function imagePaths(component: Component): (text: string) => string | null {
  const folders = [component.package?.workdir, ...Object.values(component.package?.files ?? {})].filter(
    (path) => path !== undefined && path !== '/',
  );
  return (text) => folders.find((folder) => folder !== undefined && within(folder, text)) ?? null;
}

/** What the process target refuses of a component: more than one instance, limits, paths into the image. */
export function processErrors(
  product: Product,
  component: Component,
  index: number,
  choice: Choice,
  workload: ResolvedWorkload,
): readonly PlanError[] {
  const document = `Product/${product.metadata.name}`;
  const at = below('/spec/components', index);
  const errors: PlanError[] = [];
  const spec = choice.spec.metadata.name;
  const wants = [
    ...(workload.replicas === 1 ? [] : [`${workload.replicas} replicas`]),
    ...(workload.resources === null ? [] : ['resources']),
  ];
  if (wants.length > 0)
    errors.push(
      inDocument(
        choice.at.document,
        choice.at.pointer,
        `${why}: ${wants.join(' and ')} of ${component.name} (spec ${spec}); use the spec single, which runs one process without limits`,
      ),
    );
  const inside = imagePaths(component);
  const commands: readonly (readonly [readonly string[], readonly string[]])[] = [
    [['workload', 'command'], workload.command],
    [['workload', 'args'], workload.args],
    [['workload', 'readinessProbe', 'exec', 'command'], workload.readinessProbe?.exec?.command ?? []],
    [['workload', 'livenessProbe', 'exec', 'command'], workload.livenessProbe?.exec?.command ?? []],
    [['undo', 'command'], typeof component.undo === 'object' ? component.undo.command : []],
  ];
  for (const [keys, words] of commands) {
    for (const [place, word] of words.entries()) {
      const folder = inside(word);
      if (folder === null) continue;
      const detail = `${why}: ${quoted(word)} is a path in the image, and a process runs without one; write it relative to workdir ${component.package?.workdir ?? '/'}`;
      errors.push(inDocument(document, below(at, ...keys, place), detail));
    }
  }
  return errors;
}
