/** What a page offers to write to a file: the export dialog begins with it. */
import type { ExportRequest } from '../../shared/model/storage.ts';

export type ExportOffer = Pick<ExportRequest, 'what' | 'metric' | 'targets' | 'from' | 'to'> & {
  /** Whose history it is, as a person calls it; null: everything. */
  readonly of: string | null;
};

/** A page that offers exports; who puts the pages together opens the dialog. */
export type ExportingPage = { readonly onExport: (offer: ExportOffer) => void };
