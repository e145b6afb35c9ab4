/** What a screen gives to a DataGrid, and is told by it. */
import type { AppError } from '../../shared/rpc/contract.ts';
import type { Feed } from '../client/hooks.ts';
import type { Column, GridLayout } from './grid-column.ts';

/** Who opens a row by key goes on by key: what opens should take the focus. */
export type OpenedBy = 'pointer' | 'key';

export type DataGridProps<Row extends { readonly id: string }> = {
  /** Names the grid for screen readers and tests. */
  readonly label: string;
  /** From `useFeed`. Another feed starts an empty grid. */
  readonly feed: Feed<Row>;
  /** Keep it stable (useMemo): new columns start an empty grid. */
  readonly columns: readonly Column<Row>[];
  /** Said while there are no rows at all; already translated. */
  readonly empty: string;
  /** Click on a row, or Enter on it. The focus is back on the row when `followId` becomes null, unless somebody else has it. */
  readonly onOpen?: (row: Row, by: OpenedBy) => void;
  /** Given: rows can be ticked, and each change tells the ticked rows. A row that is hidden, or whose grid is made anew, is unticked. */
  readonly onSelection?: (rows: readonly Row[]) => void;
  /** Bump it to untick everything. */
  readonly selectionEpoch?: number;
  /** Shows the rows whose `searchText` has every word of it. */
  readonly search?: string;
  readonly searchText?: (row: Row) => string;
  /** Shows only these rows. Keep it stable (useCallback). */
  readonly accept?: (row: Row) => boolean;
  /** Extra class names of a whole row, space-separated. */
  readonly rowClass?: (row: Row) => string;
  /** `onFollow` is told of this row at once and at each change of it; undefined when it is not there. */
  readonly followId?: string | null;
  readonly onFollow?: (row: Row | undefined) => void;
  /** Read when the grid is made; later changes are the grid's own. */
  readonly layout?: GridLayout | undefined;
  readonly onLayout?: (layout: GridLayout) => void;
  /** The engine refuses the feed. */
  readonly onFail?: (error: AppError) => void;
};
