import { shapeErrors } from './shape.ts';
import type { DeploymentSpec, Environment, Material, Product } from './types.ts';

export const isProduct = (value: unknown): value is Product => shapeErrors('Product', value).length === 0;
export const isEnvironment = (value: unknown): value is Environment => shapeErrors('Environment', value).length === 0;
export const isDeploymentSpec = (value: unknown): value is DeploymentSpec => shapeErrors('DeploymentSpec', value).length === 0;
export const isMaterial = (value: unknown): value is Material => shapeErrors('Material', value).length === 0;
