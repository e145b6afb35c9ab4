import { expect, test } from 'vitest';
import type { Column, GridLayout } from './grid-column.ts';
import { shownColumns, shownRows } from './shown-rows.ts';

type Row = { readonly id: string; readonly share: number | null };
const rows: readonly Row[] = [{ id: 'Telavi 10', share: 99 }, { id: 'Telavi 2', share: null }, { id: 'Gori', share: 97 }];
const columns: readonly Column<Row>[] = [
  { id: 'name', header: 'Name', width: 1, value: row => row.id, text: row => row.id },
  { id: 'share', header: 'Share', width: 1, sort: 'asc', value: row => row.share, text: row => String(row.share) },
];
const layout = (part: { id: string; sort?: 'asc' | 'desc'; hidden?: boolean }[]): GridLayout => part.map(({ id, sort, hidden }) => ({ id, width: 1, grows: false, hidden: hidden ?? false, sort: sort ?? null, sortIndex: null }));
const names = (search: string, arranged: GridLayout | undefined): string[] => shownRows(rows, columns, row => row.id, { search, layout: arranged }).map(row => row.id);

test.each<[string, string, GridLayout | undefined, string[]]>([
  ['as the columns begin', '', undefined, ['Gori', 'Telavi 10', 'Telavi 2']],
  ['as the user sorted, what is not known last', '', layout([{ id: 'name' }, { id: 'share', sort: 'desc' }]), ['Telavi 10', 'Gori', 'Telavi 2']],
  ['numbers in words are numbers', '', layout([{ id: 'name', sort: 'asc' }, { id: 'share' }]), ['Gori', 'Telavi 2', 'Telavi 10']],
  ['only what the search finds', 'telavi', layout([{ id: 'name', sort: 'asc' }, { id: 'share' }]), ['Telavi 2', 'Telavi 10']],
])('rows are taken %s', (_, search, arranged, expected) => expect(names(search, arranged)).toEqual(expected));

test('columns are taken in the order the user gave them, without those that are hidden', () => {
  const shown = [undefined, layout([{ id: 'share' }, { id: 'name' }]), layout([{ id: 'share', hidden: true }, { id: 'name' }])].map(each => shownColumns(columns, each).map(column => column.id));
  expect(shown).toEqual([['name', 'share'], ['share', 'name'], ['name']]);
});
