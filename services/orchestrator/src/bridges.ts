/** The bridges, each with a command topic of its name. */
const bridges = ['ci', 'sem', 'scm'] as const;
export type BridgeName = (typeof bridges)[number];

export const isBridge = (name: string): name is BridgeName => bridges.some((bridge) => bridge === name);
