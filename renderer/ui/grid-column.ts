/** How a screen describes a grid: our own words, so that only DataGrid knows the grid library. */

/** A cell's value for sorting and filtering; null sorts last, whatever the direction. */
type Value = string | number | boolean | null;

export type Column<Row> = {
  readonly id: string;
  /** Already translated. The unit belongs here, not in the cells. */
  readonly header: string;
  readonly width: number;
  /** Shares the spare width in this proportion; without it the width stays. */
  readonly grow?: number;
  /** Numbers are `right`, everything else `left` (the default). */
  readonly align?: 'left' | 'right';
  value(row: Row): Value;
  /** What is shown, at the wall time `now` (UTC ms). The same row and minute give the same text. */
  text(row: Row, now: number): string;
  /** Extra class names, space-separated: `state state-down`, `dimmed`. */
  readonly cellClass?: (row: Row, now: number) => string;
  /** Shown while the pointer rests on the cell. */
  readonly tooltip?: (row: Row) => string | null;
  /** In place of comparing `value`: ascending order. */
  readonly compare?: (a: Row, b: Row) => number;
  /** A filter in the column's menu; none by default. */
  readonly filter?: 'text' | 'number';
  /** The text changes by the clock alone (down for, age): refreshed every second while visible. */
  readonly ticks?: boolean;
  /** Initial order, until the user chooses another. */
  readonly sort?: 'asc' | 'desc';
  /** Not shown until the user asks for it. */
  readonly hidden?: boolean;
};

/** The user's arrangement of the columns, to be kept and given back as it is. */
export type GridLayout = readonly {
  readonly id: string;
  readonly width: number;
  /** Still shares the spare width: `width` is then only what it came to. */
  readonly grows: boolean;
  readonly hidden: boolean;
  readonly sort: 'asc' | 'desc' | null;
  readonly sortIndex: number | null;
}[];
