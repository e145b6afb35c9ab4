/** The last step of an import: how many devices were written. */
import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportReport } from '../../../shared/model/import.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';

export function ImportDone({ report, onClose }: { readonly report: ImportReport; readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation('import');
  const left = report.rowCount - report.created;
  const sentence = [report.created > 0 ? t('done.hint') : '', left > 0 ? t('done.left', { count: left }) : ''].join(' ').trim();
  return (
    <EmptyState title={t('done.title', { count: report.created })} sentence={sentence}>
      <Button mt={8} onClick={onClose} autoFocus>
        {t('finish')}
      </Button>
    </EmptyState>
  );
}
