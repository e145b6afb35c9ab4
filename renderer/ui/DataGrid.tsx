/** The grid: thousands of live rows, outside of React. The only file that knows the grid library. */
import {
  CellStyleModule, ClientSideRowModelApiModule, ClientSideRowModelModule, ColumnApiModule, createGrid, ExternalFilterModule, ModuleRegistry, NumberFilterModule, RenderApiModule,
  RowApiModule, RowSelectionModule, RowStyleModule, ScrollApiModule, TextFilterModule, themeQuartz,
  type ColDef, type GridApi, type ICellRendererComp, type ICellRendererParams,
} from 'ag-grid-community';
import { useEffect, useLayoutEffect, useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Batch } from '../../shared/rpc/contract.ts';
import { EmptyState } from './EmptyState.tsx';
import type { Column, GridLayout } from './grid-column.ts';
import type { DataGridProps, OpenedBy } from './grid-props.ts';
import { compareValues, GridRows, matchesSearch, maySort, searchWords, type Held } from './grid-rows.ts';
import { GridFooter } from './GridFooter.tsx';
import { everySecond } from './ticker.ts';

ModuleRegistry.registerModules([
  CellStyleModule, ClientSideRowModelApiModule, ClientSideRowModelModule, ColumnApiModule, ExternalFilterModule, NumberFilterModule, RenderApiModule, RowApiModule, RowSelectionModule,
  RowStyleModule, ScrollApiModule, TextFilterModule,
]);

type Shown = { readonly loaded: boolean; readonly shown: number; readonly total: number; readonly held: boolean };
type ColumnShown = { readonly id: string; readonly header: string; readonly visible: boolean };

/** Fills its parent's height: the parent must have one. */
export function DataGrid<Row extends { readonly id: string }>(props: DataGridProps<Row>): ReactElement {
  const { t } = useTranslation();
  const { feed, columns, empty, search = '', accept, followId = null, selectionEpoch } = props;
  const element = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const grid = useRef<Grid<Row> | null>(null);
  const [shown, setShown] = useState<Shown>({ loaded: false, shown: 0, total: 0, held: false });
  const [columnsShown, setColumnsShown] = useState<readonly ColumnShown[]>([]);

  useLayoutEffect(() => {
    if (!element.current) return;
    const made = openGrid(element.current, columns, () => latest.current, setShown, setColumnsShown);
    grid.current = made;
    const stopFeed = feed(made.apply, error => latest.current.onFail?.(error));
    return () => {
      stopFeed();
      made.stop();
      grid.current = null;
    };
  }, [feed, columns]);
  useEffect(() => grid.current?.filtersChanged(), [search, accept]);
  useEffect(() => grid.current?.follow(followId), [followId, feed, columns]);
  useEffect(() => grid.current?.untick(), [selectionEpoch]);

  return (
    <div className="grid">
      <div className="grid-body">
        <div ref={element} className="grid-surface" />
        {shown.loaded && shown.shown > 0 ? null : <div className="grid-overlay">{shown.loaded ? <EmptyState title={shown.total === 0 ? empty : t('common:grid.empty')} /> : t('common:grid.loading')}</div>}
      </div>
      <GridFooter {...shown} columns={columnsShown} onToggle={(id, visible) => grid.current?.showColumn(id, visible)} />
    </div>
  );
}

type Grid<Row> = {
  apply(batch: Batch<Row>): void;
  filtersChanged(): void;
  follow(id: string | null): void;
  untick(): void;
  showColumn(id: string, visible: boolean): void;
  stop(): void;
};

/** The room of a scrollbar that lies over what it scrolls. */
const overlaidScrollbarPx = 10;

function scrollbarsTakeRoom(): boolean {
  const box = document.createElement('div');
  box.style.cssText = 'position: absolute; width: 100px; height: 100px; overflow: scroll';
  document.body.append(box);
  const room = box.offsetWidth - box.clientWidth;
  box.remove();
  return room > 0;
}

/** Makes the grid and keeps it current; everything below here is outside of React. */
function openGrid<Row extends { readonly id: string }>(
  element: HTMLElement, columns: readonly Column<Row>[], props: () => DataGridProps<Row>, onShown: (shown: Shown) => void, onColumns: (columns: readonly ColumnShown[]) => void,
): Grid<Row> {
  const rows = new GridRows<Row>();
  const unsorted = new Set<Held<Row>>();
  const ticking = columns.filter(column => column.ticks).map(column => column.id);
  let loaded = false;
  let sortedAt = 0;
  let pointerMovedAt: number | null = null;
  let words = searchWords(props().search ?? '');
  let sortedBy: readonly Column<Row>[] = [];
  let columnFilters = false;
  let followed: string | null = null;
  let openedAt: { readonly id: string; readonly column: string } | null = null;
  let lastShown = '';

  const passes = (row: Row): boolean => props().accept?.(row) ?? true;
  const moves = (before: Row, after: Row): boolean =>
    columnFilters || words.length > 0 || passes(before) !== passes(after) || sortedBy.some(column => compareRows(column, before, after, false) !== 0);

  const api: GridApi<Held<Row>> = createGrid<Held<Row>>(element, {
    theme,
    columnDefs: columnDefinitions(columns, props().layout),
    rowData: [],
    getRowId: ({ data }) => data.id,
    rowHeight: 30,
    headerHeight: 32,
    animateRows: false,
    deltaSort: true,
    suppressCellFocus: false,
    suppressDragLeaveHidesColumns: true,
    overlayComponentSelector: () => undefined,
    suppressNoRowsOverlay: true,
    // Room for it is always left, so that the columns fit beside it, also once the rows are many. Where scrollbars take no room the library lays its own over the last column.
    alwaysShowVerticalScroll: true,
    ...(scrollbarsTakeRoom() ? {} : { scrollbarWidth: overlaidScrollbarPx }),
    ...(props().onSelection ? { rowSelection: { mode: 'multiRow', checkboxes: true, headerCheckbox: true, selectAll: 'filtered', enableClickSelection: false } as const, selectionColumnDef: { width: 40, resizable: false } as const } : {}),
    isExternalFilterPresent: () => words.length > 0 || props().accept !== undefined,
    doesExternalFilterPass: ({ data }) => data !== undefined && passes(data.row) && matchesSearch(data, words, props().searchText ?? (() => '')),
    getRowClass: ({ data }) => data && (data.rowClass = props().rowClass?.(data.row) ?? '') ? data.rowClass.split(' ') : undefined,
    onRowClicked: ({ data, event }) => {
      // A click on the tick box ticks; it does not open.
      if (data && !(event?.target instanceof Element && event.target.closest('[col-id="ag-Grid-SelectionColumn"]'))) open(data.row, 'pointer');
    },
    onCellKeyDown: ({ data, event }) => {
      if (data && event instanceof KeyboardEvent && event.key === 'Enter') open(data.row, 'key');
    },
    onSelectionChanged: () => props().onSelection?.(api.getSelectedRows().map(held => held.row)),
    onModelUpdated: () => {
      untickHidden();
      tellShown();
    },
    onSortChanged: ({ source }) => {
      readOrder();
      if (source !== 'api') tellLayout();
    },
    onFilterChanged: () => void (columnFilters = api.isColumnFilterPresent()),
    onColumnMoved: ({ finished, source }) => void (finished && source !== 'api' && tellLayout()),
    onColumnResized: ({ finished, source }) => void (finished && source === 'uiColumnResized' && tellLayout()),
    onColumnVisible: () => {
      tellColumns();
      tellLayout();
    },
  });
  api.setGridAriaProperty('label', props().label);
  readOrder();
  tellColumns();
  props().onSelection?.([]);

  function readOrder(): void {
    const sorted = new Set(api.getColumnState().flatMap(state => (state.sort ? [state.colId] : [])));
    sortedBy = columns.filter(column => sorted.has(column.id));
  }

  function tellLayout(): void {
    const known = new Set(columns.map(column => column.id));
    const layout = api.getColumnState().filter(state => known.has(state.colId));
    props().onLayout?.(layout.map(({ colId, width, flex, hide, sort, sortIndex }) => ({ id: colId, width: width ?? 0, grows: flex !== null && flex !== undefined, hidden: hide ?? false, sort: sort ?? null, sortIndex: sortIndex ?? null })));
  }

  function tellColumns(): void {
    onColumns(columns.map(({ id, header }) => ({ id, header, visible: api.getColumn(id)?.isVisible() ?? false })));
  }

  function tellShown(): void {
    const held = unsorted.size > 0 && pointerMovedAt !== null && !maySort(Date.now(), sortedAt, pointerMovedAt);
    const next: Shown = { loaded, shown: api.getDisplayedRowCount(), total: rows.size, held };
    const text = JSON.stringify(next);
    if (text === lastShown) return;
    lastShown = text;
    onShown(next);
  }

  function open(row: Row, by: OpenedBy): void {
    const cell = api.getFocusedCell();
    openedAt = cell ? { id: row.id, column: cell.column.getColId() } : null;
    props().onOpen?.(row, by);
  }

  /** Back to the cell that was opened, unless the user has meanwhile gone elsewhere than into what it opened. */
  function focusOpened(): void {
    const focused = document.activeElement;
    const index = openedAt === null ? null : (api.getRowNode(openedAt.id)?.rowIndex ?? null);
    if (openedAt !== null && index !== null && (focused === null || focused === document.body || focused.closest('[role="dialog"]') !== null)) {
      api.ensureIndexVisible(index);
      api.setFocusedCell(index, openedAt.column);
    }
    openedAt = null;
  }

  /** What is done to the ticked rows must be done to rows that can be seen. */
  function untickHidden(): void {
    const hidden = props().onSelection ? api.getSelectedNodes().filter(node => !node.displayed) : [];
    if (hidden.length > 0) api.setNodesSelected({ nodes: hidden, newValue: false });
  }

  function sortNow(): void {
    if (unsorted.size > 0 && maySort(Date.now(), sortedAt, pointerMovedAt)) api.applyTransaction({ update: takeUnsorted() });
  }

  function takeUnsorted(): Held<Row>[] {
    const update = [...unsorted];
    unsorted.clear();
    sortedAt = Date.now();
    return update;
  }

  /** Writes new values into the rows on screen; their order stays. */
  function refresh(changed: ReadonlySet<string>): void {
    const nodes = api.getRenderedNodes().filter(node => node.id !== undefined && changed.has(node.id));
    if (nodes.length === 0) return;
    const { rowClass } = props();
    const restyled = rowClass ? nodes.filter(node => node.data && rowClass(node.data.row) !== node.data.rowClass) : [];
    if (restyled.length > 0) api.redrawRows({ rowNodes: restyled });
    api.refreshCells({ rowNodes: nodes, force: true, suppressFlash: true });
  }

  function first(batch: Batch<Row>): void {
    const startedAt = performance.now();
    loaded = true;
    sortedAt = Date.now();
    api.setGridOption('rowData', [...rows.apply(batch, moves).added]);
    tellShown();
    // The frame after the next task has been painted with the rows in it.
    requestAnimationFrame(() => setTimeout(() => performance.measure('ward:grid-first-paint', { start: startedAt, end: performance.now(), detail: { rows: batch.upsert.length } })));
  }

  function apply(batch: Batch<Row>): void {
    if (!loaded) first(batch);
    else {
      const startedAt = performance.now();
      const { added, removed, changed, moved } = rows.apply(batch, moves);
      for (const held of moved) unsorted.add(held);
      for (const held of removed) unsorted.delete(held);
      // Rows are added by merging them into the order there is, so it must be a sorted one.
      if (added.length > 0) api.applyTransaction({ add: [...added], remove: [...removed], update: takeUnsorted() });
      else if (removed.length > 0) api.applyTransaction({ remove: [...removed] });
      if (changed.length > 0) refresh(new Set(changed.map(held => held.id)));
      sortNow();
      tellShown();
      performance.measure('ward:grid-batch', { start: startedAt, end: performance.now(), detail: { rows: batch.upsert.length } });
    }
    if (followed !== null && (batch.reset || batch.remove.includes(followed) || batch.upsert.some(row => row.id === followed))) props().onFollow?.(rows.get(followed));
  }

  const pointerMoved = (): void => void (pointerMovedAt = Date.now());
  const pointerLeft = (): void => {
    pointerMovedAt = null;
    sortNow();
    tellShown();
  };
  element.addEventListener('pointermove', pointerMoved);
  element.addEventListener('pointerleave', pointerLeft);
  const stopTicking = everySecond(() => {
    sortNow();
    tellShown();
    if (ticking.length > 0) api.refreshCells({ columns: ticking, force: true, suppressFlash: true });
  });

  return {
    apply,
    filtersChanged() {
      words = searchWords(props().search ?? '');
      api.onFilterChanged();
    },
    follow(id) {
      followed = id;
      if (id === null) focusOpened();
      if (id !== null && loaded) props().onFollow?.(rows.get(id));
    },
    untick: () => api.deselectAll(),
    showColumn: (id, visible) => api.setColumnsVisible([id], visible),
    stop() {
      stopTicking();
      element.removeEventListener('pointermove', pointerMoved);
      element.removeEventListener('pointerleave', pointerLeft);
      api.destroy();
    },
  };
}

function compareRows<Row>(column: Column<Row>, a: Row, b: Row, descending: boolean): number {
  return column.compare ? column.compare(a, b) : compareValues(column.value(a), column.value(b), descending);
}

function columnDefinitions<Row>(columns: readonly Column<Row>[], layout: GridLayout | undefined): ColDef<Held<Row>>[] {
  const arranged = new Map((layout ?? []).map((each, index) => [each.id, { ...each, index }]));
  // Columns that the kept layout does not know yet stand at the end.
  const ordered = columns.toSorted((a, b) => (arranged.get(a.id)?.index ?? columns.length) - (arranged.get(b.id)?.index ?? columns.length));
  return ordered.map(column => {
    const kept = arranged.get(column.id);
    const grow = kept && !kept.grows ? undefined : column.grow;
    const sort = kept ? kept.sort : column.sort;
    return {
      colId: column.id,
      headerName: column.header,
      width: kept?.width ?? column.width,
      ...(grow === undefined ? {} : { flex: grow, minWidth: column.width }),
      hide: kept?.hidden ?? column.hidden ?? false,
      ...(sort ? { sort } : {}),
      ...(kept?.sortIndex === undefined || kept.sortIndex === null ? {} : { sortIndex: kept.sortIndex }),
      cellDataType: false,
      suppressHeaderMenuButton: true,
      ...(column.align === 'right' ? { headerClass: 'ag-right-aligned-header', cellClass: 'figures cell-right' } : {}),
      // The row itself is the cell's value: sorting and drawing both need all of it, and every change is a new object.
      valueGetter: ({ data }) => data?.row,
      comparator: (a: Row, b: Row, _nodeA, _nodeB, descending) => compareRows(column, a, b, descending),
      cellRenderer: TextCell,
      cellRendererParams: { column },
      ...(column.filter === undefined ? {} : { filter: column.filter === 'text' ? 'agTextColumnFilter' : 'agNumberColumnFilter', filterValueGetter: ({ data }) => (data ? column.value(data.row) : null) }),
    };
  });
}

/** A cell that writes its own text: about the cheapest there is, and no component of React. */
class TextCell<Row> implements ICellRendererComp<Held<Row>> {
  readonly #element = document.createElement('span');

  init(params: ICellRendererParams<Held<Row>> & { readonly column: never }): void {
    this.refresh(params);
  }

  getGui(): HTMLElement {
    return this.#element;
  }

  refresh(params: ICellRendererParams<Held<Row>>): boolean {
    // `column` here is the library's; ours comes with it through cellRendererParams.
    const described = params.colDef?.cellRendererParams as { readonly column: Column<Row> } | undefined;
    if (!params.data || !described) return false;
    const { column } = described;
    const { row } = params.data;
    const now = Date.now();
    const text = column.text(row, now);
    const className = column.cellClass?.(row, now) ?? '';
    const tooltip = column.tooltip?.(row) ?? '';
    if (this.#element.textContent !== text) this.#element.textContent = text;
    if (this.#element.className !== className) this.#element.className = className;
    if (this.#element.title !== tooltip) this.#element.title = tooltip;
    return true;
  }
}

const theme = themeQuartz.withParams({
  accentColor: 'var(--accent)',
  backgroundColor: 'var(--panel)',
  foregroundColor: 'var(--text)',
  borderColor: 'var(--line)',
  browserColorScheme: 'inherit',
  cellHorizontalPadding: 10,
  fontFamily: 'inherit',
  fontSize: 13,
  headerBackgroundColor: 'var(--panel)',
  headerTextColor: 'var(--secondary)',
  headerFontSize: 12,
  headerFontWeight: 500,
  rowHoverColor: 'var(--hover)',
  selectedRowBackgroundColor: 'var(--selected)',
  spacing: 6,
  wrapperBorderRadius: 6,
});
