/** Milliseconds since 1970 with the fraction that the server sends, which is up to a microsecond and which Date drops. */
export function instantOf(text: string): number {
  const fraction = /\.(\d{3})(\d+)/.exec(text);
  return Date.parse(text) + (fraction === null ? 0 : Number(`0.${fraction[2]}`));
}

/** How long it was from one instant to another, in milliseconds. */
export function between(from: string, to: string): number {
  return Math.max(0, instantOf(to) - instantOf(from));
}
