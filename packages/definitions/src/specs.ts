import type { DeploymentSpec } from './types.ts';

/** One instance: for services and jobs. */
export const single: DeploymentSpec = {
  apiVersion: 'srm/v1',
  kind: 'DeploymentSpec',
  metadata: { name: 'single', title: '单实例' },
  spec: { for: ['service', 'job'], parameters: { type: 'object', additionalProperties: false, properties: {} }, workload: { replicas: 1 } },
};

/** Several instances of a service. */
export const replicated: DeploymentSpec = {
  apiVersion: 'srm/v1',
  kind: 'DeploymentSpec',
  metadata: { name: 'replicated', title: '高可用' },
  spec: {
    for: ['service'],
    parameters: {
      type: 'object',
      additionalProperties: false,
      properties: { replicas: { type: 'integer', minimum: 2, maximum: 20, default: 3 } },
    },
    workload: { replicas: '${parameters.replicas}', resources: { limits: { memory: '512Mi' } }, settle: '30s' },
  },
};

/** The specs that ship with SRM: every tenant has them. */
export const shippedSpecs: readonly DeploymentSpec[] = [single, replicated];
