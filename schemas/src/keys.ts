/** The keys of the four deciders, and of commands. */
export const operationKey = (operation: string): string => `operation/${operation}`;
export const environmentKey = (tenant: string, environment: string): string => `environment/${tenant}/${environment}`;
export const releasesKey = (tenant: string, product: string): string => `releases/${tenant}/${product}`;
export const definitionsKey = (tenant: string): string => `definitions/${tenant}`;
/** Garbage collections are asked for and answered one after the other. */
export const sweepsKey = 'sweeps/-';

/** Commands about one step share its key, an undo included: it cannot overtake the run (protocol 12). */
export const stepKey = (operation: string, step: string): string => `operation/${operation}/${step.replace(/\/undo$/, '')}`;
