import type { EnvironmentFreezeSet, Envelope, TenantFreezeSet } from '@srm/schemas';
import type { FreezeView } from './other-views.ts';

/** Where the word of a tenant, or of an environment, stands. */
export const freezeAddress = (tenant: string, environment: string | null): string =>
  environment === null ? tenant : `${tenant}/${environment}`;
/** Where it stands how far an environment has taken what its tenant said. */
export const takenAddress = (tenant: string, environment: string): string => `${tenant}/${environment}/-`;

/** What was said last: the event is all there is to know. */
export function projectFreeze({ type, data, time, sequence }: Envelope<EnvironmentFreezeSet | TenantFreezeSet>): FreezeView {
  const { tenant, frozen, reason, until, holdRunning, actor } = data;
  const number = sequence ?? 0;
  const said = { tenant, word: 'own' as const, frozen, reason, until, holdRunning, actor, number };
  if (type === 'TenantFreezeSet')
    return { _id: freezeAddress(tenant, null), environment: null, since: time, environments: data.environments, taken: number, ...said };
  const { environment, scope, since } = data;
  const _id = scope === 'tenant' ? takenAddress(tenant, environment) : freezeAddress(tenant, environment);
  return {
    _id,
    environment,
    since,
    environments: [],
    taken: data.number ?? number,
    ...said,
    word: scope === 'tenant' ? 'taken' : 'own',
  };
}
