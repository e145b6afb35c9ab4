/** Figures of every metric: as a chart draws them, and as a person reads them. */
import type { Series } from '../../shared/model/history.ts';
import { dash } from './format.ts';

export type Unit = Series['unit'];

/** What is drawn for a stored value: milliseconds for a round trip, bits for octets, everything else as it is. */
export function drawnValue(unit: Unit, value: number | null | undefined): number | null {
  if (value === null || value === undefined) return null;
  if (unit === 'us') return value / 1_000;
  return unit === 'octets/s' ? value * 8 : value;
}

/** A drawn value with three significant digits. Rates of traffic carry their unit, as its size varies; all others have theirs in the heading. */
export function formatFigure(unit: Unit, drawn: number | null): string {
  if (drawn === null) return dash;
  switch (unit) {
    case 'us':
    case 'ms':
      return threeDigits(drawn);
    case 'octets/s': {
      const { value, prefix } = scaled(drawn);
      return `${prefix === '' ? value.toFixed(0) : threeDigits(value)} ${prefix}bit/s`;
    }
    case '1/s':
      return drawn === 0 ? '0' : threeDigits(drawn);
    case '%':
    case '°C':
      return String(Number(drawn.toFixed(1)));
    case 'value':
      return String(Number(drawn.toPrecision(7)));
    default:
      return unit satisfies never;
  }
}

/** The same where there is room for a few characters only, beside an axis. */
export function axisFigure(unit: Unit, drawn: number): string {
  if (unit !== 'octets/s' && Math.abs(drawn) < 10_000) return String(Number(drawn.toPrecision(3)));
  const { value, prefix } = scaled(drawn);
  return `${Number(value.toPrecision(3))}${prefix === '' ? '' : ` ${prefix}`}`;
}

/** 0.412, 8.30, 14.1, 143, 1240. */
function threeDigits(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3);
}

function scaled(value: number): { readonly value: number; readonly prefix: string } {
  const prefixes = ['', 'k', 'M', 'G', 'T'];
  // The next prefix is due before rounding would write 1000 of this one.
  const power = prefixes.findLastIndex((_, i) => i === 0 || Math.abs(value) >= 999.5 * 1_000 ** (i - 1));
  return { value: value / 1_000 ** power, prefix: prefixes[power] ?? '' };
}
