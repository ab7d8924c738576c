/** `cart` of `shop/cart`: a component has its address by its product. */
export const nameIn = (address: string): string => address.slice(address.indexOf('/') + 1);

export const ofProduct =
  (product: string) =>
  (address: string): boolean =>
    address.startsWith(`${product}/`);
