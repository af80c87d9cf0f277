/** Numbers, sizes and times as people of a language write them. */

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

// Intl's formatters are dear to make, and a list asks for one in every cell.
const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function once<T extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: () => T): T {
  const known = made.get(key);
  if (known !== undefined) return known as T;
  const formatter = make();
  made.set(key, formatter);
  return formatter;
}

function numbers(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return once(`${language} ${JSON.stringify(options)}`, () => new Intl.NumberFormat(language, options));
}

export function formatNumber(n: number, language: string): string {
  return numbers(language, {}).format(n);
}

/** A size in units of 1000 bytes: 718 B, 1.1 kB. */
export function formatBytes(bytes: number, language: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  let n = bytes;
  let i = 0;
  for (; n >= 999.5 && i < units.length - 1; i++) n /= 1000;
  if (i === 0) return `${numbers(language, {}).format(n)} B`;
  return numbers(language, {
    style: 'unit',
    unit: units[i] as string,
    unitDisplay: 'short',
    maximumFractionDigits: n < 10 ? 1 : 0,
  }).format(n);
}

/** A duration, given in milliseconds, with as many figures as one can use: 0.8 ms, 1.24 s, 2 min. */
export function formatDuration(ms: number, language: string): string {
  const unit = (n: number, of: string, digits: number) =>
    numbers(language, { style: 'unit', unit: of, unitDisplay: 'short', maximumFractionDigits: digits }).format(n);
  if (ms < 0.1) return unit(ms, 'millisecond', 2);
  if (ms < 10) return unit(ms, 'millisecond', 1);
  if (ms < 999.5) return unit(ms, 'millisecond', 0);
  if (ms < minute) return unit(ms / second, 'second', ms < 10 * second ? 2 : 1);
  if (ms < hour) return unit(ms / minute, 'minute', 1);
  if (ms < 2 * day) return unit(ms / hour, 'hour', 1);
  return unit(ms / day, 'day', 1);
}

/** An instant, exactly, in the time zone of the browser. */
export function formatInstant(instant: Date, language: string): string {
  return once(
    `instant ${language}`,
    () =>
      new Intl.DateTimeFormat(language, {
        day: 'numeric',
        month: 'short',
        year: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
        fractionalSecondDigits: 3,
        timeZoneName: 'short',
      }),
  ).format(instant);
}

/** The parts of a time of day: up to the second, and the milliseconds, which lists show more quietly. */
export function clockParts(instant: Date, language: string): { time: string; fraction: string } {
  const time = once(
    `clock ${language}`,
    () =>
      new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }),
  ).format(instant);
  return { time, fraction: String(instant.getMilliseconds()).padStart(3, '0') };
}
