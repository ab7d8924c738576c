import type { DefinitionsAccepted, Envelope } from '@srm/schemas';
import type { DefinitionView } from './other-views.ts';

export const definitionAddress = (tenant: string, { kind, name }: Readonly<{ kind: string; name: string }>): string =>
  `${tenant}/${kind}/${name}`;

/** The documents that an acceptance puts in force. One that keeps its revision stays as it was. */
export function projectDefinitions(
  known: ReadonlyMap<string, DefinitionView>,
  { data, time, sequence }: Envelope<DefinitionsAccepted>,
): readonly DefinitionView[] {
  const { tenant, actor } = data;
  const number = sequence ?? 0;
  return data.documents.flatMap((document) => {
    const address = definitionAddress(tenant, document);
    const now = known.get(address);
    if (now !== undefined && (now.number >= number || now.revision >= document.revision)) return [];
    const { kind, name, revision, digest } = document;
    return [{ _id: address, tenant, kind, name, revision, digest, since: time, actor, number }];
  });
}
