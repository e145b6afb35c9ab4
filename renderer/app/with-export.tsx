/** A page with the export dialog beside it: pages offer what to export and do not know the dialog. */
import { lazy, Suspense, useState, type ComponentType, type ReactElement } from 'react';
import type { ExportingPage, ExportOffer } from '../ui/export-offer.ts';

const ExportDialog = lazy(async () => ({ default: (await import('../features/export/ExportDialog.tsx')).ExportDialog }));

export function withExport(Page: ComponentType<ExportingPage>): ComponentType {
  return function ExportingScreen(): ReactElement {
    const [offer, setOffer] = useState<ExportOffer | null>(null);
    return (
      <>
        <Page onExport={setOffer} />
        <Suspense>{offer === null ? null : <ExportDialog offer={offer} onClose={() => setOffer(null)} />}</Suspense>
      </>
    );
  };
}
