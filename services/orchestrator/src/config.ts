/** It needs nothing beside what all services need. */
export const settings = {} as const;
