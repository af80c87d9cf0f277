import { createStore } from '../lib/store';

/** Whether the palette is open. */
export const paletteOpen = createStore(false);

export const openPalette = () => paletteOpen.set(true);
export const closePalette = () => paletteOpen.set(false);

/** How the key that opens the palette is written on this kind of machine. */
export function commandKey(): string {
  return /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘K' : 'Ctrl K';
}
