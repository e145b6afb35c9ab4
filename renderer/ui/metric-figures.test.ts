import { expect, test } from 'vitest';
import { axisFigure, drawnValue, formatFigure, type Unit } from './metric-figures.ts';

test.each<[Unit, number | null, string]>([
  ['us', null, '–'], ['us', 412, '0.412'], ['us', 8_301, '8.30'], ['us', 1_240_000, '1240'],
  ['ms', 14.06, '14.1'],
  ['octets/s', 0, '0 bit/s'], ['octets/s', 12, '96 bit/s'], ['octets/s', 1_550_000, '12.4 Mbit/s'], ['octets/s', 124_990_000, '1.00 Gbit/s'], ['octets/s', 12_500_000_000, '100 Gbit/s'],
  ['1/s', 0, '0'], ['1/s', 0.25, '0.250'],
  ['%', 0, '0'], ['%', 34.56, '34.6'], ['%', 100, '100'], ['°C', -5.04, '-5'],
  ['value', -12.5, '-12.5'], ['value', 1 / 3, '0.3333333'],
])('of %s a stored %s is written %s', (unit, stored, text) => expect(formatFigure(unit, drawnValue(unit, stored))).toBe(text));

test.each<[Unit, number, string]>([['us', 0, '0'], ['us', 12.5, '12.5'], ['octets/s', 20_000_000, '20 M'], ['octets/s', 500, '500'], ['value', 40_000, '40 k'], ['1/s', 0.05, '0.05']])('the axis of %s says %s as %s', (unit, drawn, text) =>
  expect(axisFigure(unit, drawn)).toBe(text));
