import { below, canonicalJson, digestOf, isProduct, sha256, type Material, type Product } from '@srm/definitions';
import { isDirty } from './dirty.ts';
import { messageOf } from './durable.ts';
import type { Settings } from './request.ts';
import { refusedSource } from './roots.ts';
import { contentOf, notSource, readTree, treeDigest } from './tree.ts';

export type MaterialError = Readonly<{ pointer: string; document: string | null; line: null; column: null; detail: string }>;
/** json: of the material, as it is kept in `frozen` under its digest. */
export type Resolved = Readonly<{ digest: string; json: string; contentDigest: string }> | Readonly<{ errors: readonly MaterialError[] }>;

type Looked = Readonly<{ item: Material['components'][number] }> | Readonly<{ problems: readonly string[] }>;

async function lookAt(name: string, folder: string, { roots, path }: Settings): Promise<Looked> {
  const refused = await refusedSource(folder, roots);
  if (refused !== null) return { problems: [refused] };
  try {
    const tree = await readTree(folder, notSource);
    if (tree.problems.length > 0) return { problems: tree.problems.slice(0, 20) };
    if (contentOf(tree).length === 0) return { problems: [`the folder ${JSON.stringify(folder)} holds no files`] };
    return { item: { name, revision: await treeDigest(tree), dirty: await isDirty(folder, path) } };
  } catch (error) {
    return { problems: [`the folder ${JSON.stringify(folder)} cannot be read: ${messageOf(error)}`] };
  }
}

const mostErrors = 500;

/** As many as fit into a message. */
const sayable = (errors: readonly MaterialError[]): readonly MaterialError[] =>
  errors.length <= mostErrors
    ? errors
    : [
        ...errors.slice(0, mostErrors),
        { pointer: '', document: null, line: null, column: null, detail: `and ${errors.length - mostErrors} more; mend these first` },
      ];

/** Looks at the sources of all components that have one. All that is wrong with them, or their revisions. */
export async function resolveMaterial(product: Product, productDigest: string, settings: Settings): Promise<Resolved> {
  const items: Material['components'][number][] = [];
  const errors: MaterialError[] = [];
  for (const [index, { name, source }] of product.spec.components.entries()) {
    if (source?.path === undefined) continue;
    const looked = await lookAt(name, source.path, settings);
    const pointer = below('/spec/components', index, 'source', 'path');
    const said = (detail: string): MaterialError => ({
      pointer,
      document: `Product/${product.metadata.name}`,
      line: null,
      column: null,
      detail: `${name}: ${detail}`,
    });
    if ('item' in looked) items.push(looked.item);
    else errors.push(...looked.problems.map(said));
  }
  if (errors.length > 0) return { errors: sayable(errors) };
  const json = canonicalJson({ components: items });
  const revisions = Object.fromEntries(items.map(({ name, revision }) => [name, revision]));
  return { digest: sha256(json), json, contentDigest: digestOf({ product: productDigest, revisions }) };
}

export const refusal = (detail: string): Resolved => ({ errors: [{ pointer: '', document: null, line: null, column: null, detail }] });

/** The same, of the product's document as it is kept. */
export async function resolveDocument(json: string, digest: string, settings: Settings): Promise<Resolved> {
  const product: unknown = JSON.parse(json);
  return isProduct(product)
    ? resolveMaterial(product, digest, settings)
    : refusal(`the document ${digest} is no product that can be understood; apply it anew`);
}

/** @param waited milliseconds */
export const withoutDocument = (digest: string, waited: number): Resolved =>
  refusal(`the document ${digest} was not there within ${waited / 1000} s; apply the definition of the product again, then ask again`);

export const withoutProduct = (): Resolved => refusal('the command names no product; apply its definition first');
