/** An alert's severity: shape, word and colour. */
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Severity } from '../../shared/model/alert.ts';

export function SeverityBadge({ severity }: { readonly severity: Severity }): ReactElement {
  const { t } = useTranslation();
  return <span className={`severity severity-${severity}`}>{t(`severity.${severity}`)}</span>;
}
