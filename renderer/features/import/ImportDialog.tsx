/** The import dialog: choose bytes, look at what they say, and only then write. */
import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import { useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useReadOnly } from '../../client/hooks.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { FailureSentence } from './FailureSentence.tsx';
import { ImportChoose } from './ImportChoose.tsx';
import { ImportDone } from './ImportDone.tsx';
import { ImportPreview } from './ImportPreview.tsx';
import type { ImportSource } from './source.ts';
import { useImport } from './use-import.ts';

type Props = {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** Read and previewed at once, as if it had been chosen in the dialog. */
  readonly file?: File | undefined;
};

/** While devices are being written it cannot be closed. */
export function ImportDialog({ opened, onClose, file }: Props): ReactElement {
  const { t } = useTranslation('import');
  const readOnly = useReadOnly();
  const [writing, setWriting] = useState(false);
  return (
    <Dialog opened={opened} onClose={() => writing || onClose()} title={t('title')} width={1040}>
      {readOnly ? <Text size="sm">{t('readOnly')}</Text> : <ImportSteps file={file} onClose={onClose} onWriting={setWriting} />}
    </Dialog>
  );
}

type StepsProps = { readonly file: File | undefined; readonly onClose: () => void; readonly onWriting: (writing: boolean) => void };

/** Mounted while the dialog is open, so that each opening begins anew. */
function ImportSteps({ file, onClose, onWriting }: StepsProps): ReactElement {
  const { step, choose, allowShared, commit, startOver } = useImport();
  useEffect(() => {
    if (file) choose({ name: file.name, bytes: file });
  }, [file, choose]);
  const writing = step.kind === 'preview' && step.work === 'committing';
  useEffect(() => {
    onWriting(writing);
    return () => onWriting(false);
  }, [writing, onWriting]);

  switch (step.kind) {
    case 'choose':
      return <ImportChoose refused={step.refused} onChoose={choose} />;
    case 'reading':
      return <Reading source={step.source} />;
    case 'failed':
      return <Failed failure={<FailureSentence failure={step.failure} />} onAgain={startOver} />;
    case 'preview':
      return <ImportPreview preview={step} onAllowShared={allowed => allowShared(step, allowed)} onCommit={() => commit(step)} onAgain={startOver} />;
    case 'done':
      return <ImportDone report={step.report} onClose={onClose} />;
    default:
      return step satisfies never;
  }
}

function Reading({ source }: { readonly source: ImportSource }): ReactElement {
  const { t } = useTranslation('import');
  return (
    <Group justify="center" gap={12} mih={240} role="status">
      <Loader size="sm" />
      <Text size="sm">{t('reading', { name: source.name ?? t('pastedText') })}</Text>
    </Group>
  );
}

function Failed({ failure, onAgain }: { readonly failure: ReactElement; readonly onAgain: () => void }): ReactElement {
  const { t } = useTranslation('import');
  return (
    <Stack align="center" justify="center" gap={16} mih={240}>
      {failure}
      <Button variant="default" onClick={onAgain} autoFocus>
        {t('again')}
      </Button>
    </Stack>
  );
}
