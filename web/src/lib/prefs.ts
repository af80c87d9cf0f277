/** What this browser remembers: the theme, the language, the width of a drawer. Without storage nothing is remembered. */

const prefix = 'hookline.';

export function recall(name: string): string | undefined {
  try {
    return localStorage.getItem(prefix + name) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(name: string, text: string | undefined) {
  try {
    if (text === undefined) localStorage.removeItem(prefix + name);
    else localStorage.setItem(prefix + name, text);
  } catch {
    // Storage is full or forbidden. The choice is in effect until the page is left.
  }
}
