import type { Component, Product, Running } from '@srm/definitions';

/** The components of a product by their names. */
export const componentsOf = (product: Product): ReadonlyMap<string, Component> =>
  new Map(product.spec.components.map((component) => [component.name, component]));

/** What is known of the product in the environment, absent ones too, by the names of its components. */
export function resourcesOf(product: Product, running: readonly Running[]): ReadonlyMap<string, Running> {
  const prefix = `${product.metadata.name}/`;
  const own = running.filter(({ component }) => component.startsWith(prefix));
  return new Map(own.map((resource) => [resource.component.slice(prefix.length), resource]));
}
