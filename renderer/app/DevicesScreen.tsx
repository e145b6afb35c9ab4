/** The device list with what stands beside it: the welcome and the import. */
import { useState, type DragEvent, type ReactElement } from 'react';
import { useReadOnly } from '../client/hooks.ts';
import { DevicesPage } from '../features/devices/DevicesPage.tsx';
import { ImportDialog } from '../features/import/ImportDialog.tsx';
import { Welcome } from '../features/welcome/Welcome.tsx';

type Importing = { readonly kind: 'no' } | { readonly kind: 'choose' } | { readonly kind: 'file'; readonly file: File };

export function DevicesScreen(): ReactElement {
  const [importing, setImporting] = useState<Importing>({ kind: 'no' });
  const readOnly = useReadOnly();
  const choose = (file?: File): void => setImporting(file ? { kind: 'file', file } : { kind: 'choose' });

  // An inventory can be dropped anywhere on the list.
  const drop = (event: DragEvent): void => {
    const [file] = event.dataTransfer.files;
    // Prevented already: the welcome took it.
    if (!file || readOnly || event.defaultPrevented || importing.kind !== 'no') return;
    event.preventDefault();
    choose(file);
  };

  return (
    <div className="devices-screen" onDragOver={event => event.preventDefault()} onDrop={drop}>
      <DevicesPage onImport={() => choose()} welcome={add => <Welcome onAddDevice={add} onImport={choose} />} />
      {importing.kind === 'no' ? null : <ImportDialog opened onClose={() => setImporting({ kind: 'no' })} {...(importing.kind === 'file' ? { file: importing.file } : {})} />}
    </div>
  );
}
