import { dataOf, isEnding, text, type Told } from './evidence.ts';

/** What the door answers: the waits of each step of an operation, in words, and the sentences about operations that are stuck. */
export type Answers = Readonly<{
  waits: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
  stuck: ReadonlyMap<string, string>;
}>;

/** I5, second half: with a silent bridge an operation stays, and says so: each step that the bridge was asked for and never answered names it,
 *  and so does the list of stuck operations. `patience` is over for all that stands in the record. */
export const silence = (operations: readonly Told[], bridge: string, { waits, stuck }: Answers): readonly string[] =>
  operations.flatMap((told) => {
    if (told.events.some(({ type }) => isEnding(type))) return [];
    const open = unanswered(told, bridge);
    const said = (step: string): boolean =>
      waits
        .get(told.id)
        ?.get(step)
        ?.some((why) => names(why, bridge)) === true;
    return [
      ...open.filter((step) => !said(step)).map((step) => `I5 ${told.id}: ${step} does not say that ${bridge}-bridge is silent`),
      ...(open.length > 0 && !/-bridge.*(is silent since|has not confirmed)/.test(stuck.get(told.id) ?? '')
        ? [`I5 ${told.id} is stuck and the status does not say so`]
        : []),
    ];
  });

/** That it has not begun yet is said of a bridge that is not silent, too. */
const names = (why: string, bridge: string): boolean => why.includes(`${bridge}-bridge`) && /is silent since|has not confirmed/.test(why);

/** Steps that were asked of this bridge and of which it has said nothing at all. */
function unanswered({ events }: Told, bridge: string): readonly string[] {
  const open = new Set<string>();
  for (const event of events) {
    if (!('step' in event.data) || event.type === 'StepCancelRequested') continue;
    if (event.type !== 'StepRequested') open.delete(text(event, 'step'));
    else if (dataOf(event)['bridge'] === bridge) open.add(text(event, 'step'));
  }
  return [...open];
}
