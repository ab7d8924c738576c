export { busContract, type BusUnderTest } from './bus.contract.ts';
export { gaugesContract, type GaugesUnderTest } from './gauges.contract.ts';
