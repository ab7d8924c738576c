import { AssignerProtocol, type Admin } from 'kafkajs';
import { realClock } from './house.ts';

export type { Admin };

/** Which partitions of its topic each member of a group has, by client id. */
export type Members = ReadonlyMap<string, ReadonlySet<number>>;

/** Once the group has so many members, and each has some. */
export async function membersOf(admin: Admin, groupId: string, topic: string, count: number): Promise<Members> {
  for (;;) {
    const { groups } = await admin.describeGroups([groupId]);
    const [group] = groups;
    const members = new Map(
      group?.members.map(({ clientId, memberAssignment }) => {
        const decoded = memberAssignment.length === 0 ? null : AssignerProtocol.MemberAssignment.decode(memberAssignment);
        return [clientId, new Set(decoded?.assignment[topic])] as const;
      }),
    );
    if (group?.state === 'Stable' && members.size === count && [...members.values()].every(({ size }) => size > 0)) return members;
    await realClock.sleep(200);
  }
}
