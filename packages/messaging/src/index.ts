export * from './bus.ts';
export * from './handler.ts';
export * from './errors.ts';
export * from './codec.ts';
export * from './world.ts';
export * from './ids.ts';
