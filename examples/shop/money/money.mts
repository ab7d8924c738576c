/** An amount in fen, the hundredth part of a yuan: whole numbers add up exactly. */
export type Fen = number;

export const add = (amounts: readonly Fen[]): Fen => amounts.reduce((sum, amount) => sum + amount, 0);

export const times = (amount: Fen, quantity: number): Fen => amount * quantity;

/** 123450 → '¥1,234.50' */
export function format(amount: Fen): string {
  const fen = Math.abs(amount);
  const yuan = String(Math.floor(fen / 100)).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${amount < 0 ? '-' : ''}¥${yuan}.${String(fen % 100).padStart(2, '0')}`;
}
