/** The state of an alert or an incident with its mark, and what its words leave out. */
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../../ui/ticker.ts';
import { suppressionDetail, workClass, workWords, type Work } from './work-state.ts';

export function StateLine({ work }: { readonly work: Work }): ReactElement {
  const { t } = useTranslation('alerts');
  const now = useNow(10_000);
  const detail = suppressionDetail(work.suppression);
  return (
    <span className={workClass(work, now)}>
      <span className="wrapping">
        {workWords(work, t, now)}
        {detail === null ? '' : ` (${detail})`}
      </span>
    </span>
  );
}
