import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { csvLines } from './csv.ts';

test('what is written reads back, quotes, commas, line ends and letters of any script included', () => {
  const rows = [['a "b"', 'c, d', 'e\r\nf', 'ქართული'], ['', null, 0, -1.5]];
  expect(parse(csvLines(rows))).toEqual([['a "b"', 'c, d', 'e\r\nf', 'ქართული'], ['', '', '0', '-1.5']]);
});

test('a text that a spreadsheet would run gets an apostrophe, a negative number stays a number', () => {
  expect(csvLines([['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', -1, 'a=b']])).toBe("'=1+1,'+1,'-1,'@SUM(A1),'\t=1,-1,a=b\r\n");
});
