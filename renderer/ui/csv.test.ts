import { expect, test } from 'vitest';
import { csvText } from './csv.ts';

test('commas, quotes and line ends stay in their cells', () => {
  expect(csvText(['Name', 'Uptime, %'], [['Kvareli "old"', 99.62], ['two\nlines', null]])).toBe('Name,"Uptime, %"\r\n"Kvareli ""old""",99.62\r\n"two\nlines",\r\n');
});

test('a name that a spreadsheet would run is written as text', () => {
  expect(csvText(['n'], [['=1+1'], ['+7'], ['-x'], ['@cmd'], [' =1'], ['\t=1'], ['a=1'], [-5]])).toBe("n\r\n'=1+1\r\n'+7\r\n'-x\r\n'@cmd\r\n' =1\r\n'\t=1\r\na=1\r\n-5\r\n");
});
