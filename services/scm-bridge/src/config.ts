/** It needs nothing beside what all services need: configuration lies in the documents. */
export const settings = {} as const;
