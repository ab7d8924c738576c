export { asideContract, type AsideUnderTest } from './aside.contract.ts';
export { busContract, type BusUnderTest } from './bus.contract.ts';
export { codecContract, type CodecsUnderTest } from './codec.contract.ts';
export { gaugesContract, type GaugesUnderTest } from './gauges.contract.ts';
