/** A line of a hex dump: where it begins, sixteen bytes, and what is printable of them. */
export function hexLine(bytes: Uint8Array, line: number): { offset: string; hex: string; text: string } {
  const from = line * 16;
  const part = bytes.subarray(from, from + 16);
  const hex = Array.from(part, (b) => b.toString(16).padStart(2, '0'));
  return {
    offset: from.toString(16).padStart(8, '0'),
    hex: `${hex.slice(0, 8).join(' ').padEnd(23)}  ${hex.slice(8).join(' ').padEnd(23)}`,
    text: Array.from(part, (b) => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : '·')).join(''),
  };
}

export const hexLines = (bytes: Uint8Array) => Math.ceil(bytes.length / 16);
