export * from './canonical.ts';
export * from './placeholders.ts';
