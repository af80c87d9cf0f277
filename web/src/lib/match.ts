/** Whether a title has every word of what was written, in any order and any case. */
export function matches(written: string, title: string): boolean {
  const folded = title.toLocaleLowerCase();
  return written
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => folded.includes(word));
}
