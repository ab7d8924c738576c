import { cpuUsage } from 'node:process';

/** Milliseconds that this process has had of the processors: what others do beside it is not in it. */
export const worked = (): number => {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
};
