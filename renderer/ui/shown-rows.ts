/** The rows of a grid as its user sees them: searched and in the order of the columns. */
import type { Column, GridLayout } from './grid-column.ts';
import { compareValues, matchesSearch, searchWords } from './grid-rows.ts';

type Shown = { readonly search: string; /** As the grid told it last; undefined: it was never arranged. */ readonly layout: GridLayout | undefined };

export function shownRows<Row extends { readonly id: string }>(rows: readonly Row[], columns: readonly Column<Row>[], searchText: (row: Row) => string, { search, layout }: Shown): readonly Row[] {
  const words = searchWords(search);
  const found = rows.filter(row => matchesSearch({ id: row.id, row, searchText: null, rowClass: '' }, words, searchText));
  const order = columns
    .flatMap(column => {
      const kept = layout?.find(each => each.id === column.id);
      const sort = kept ? kept.sort : column.sort;
      return sort ? [{ column, descending: sort === 'desc', index: kept?.sortIndex ?? 0 }] : [];
    })
    .toSorted((a, b) => a.index - b.index);
  return found.toSorted((a, b) => {
    for (const { column, descending } of order) {
      const compared = column.compare ? column.compare(a, b) : compareValues(column.value(a), column.value(b), descending);
      if (compared !== 0) return descending ? -compared : compared;
    }
    return 0;
  });
}

/** The columns that are not hidden, in their order. */
export function shownColumns<Row>(columns: readonly Column<Row>[], layout: GridLayout | undefined): readonly Column<Row>[] {
  const place = new Map((layout ?? []).map((each, index) => [each.id, { ...each, index }]));
  return columns.filter(column => !(place.get(column.id)?.hidden ?? column.hidden ?? false)).toSorted((a, b) => (place.get(a.id)?.index ?? columns.length) - (place.get(b.id)?.index ?? columns.length));
}
