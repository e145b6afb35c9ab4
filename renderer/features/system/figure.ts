/** Figures of the console's own health. */

/** A number with always the same count of decimals, grouped as the language does. */
export function figure(value: number, digits: number, language: string): string {
  return new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}
