/** Why an import did not go on, in one sentence. */
import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import type { Failure } from './use-import.ts';

/** Renders nothing for null. */
export function FailureSentence({ failure }: { readonly failure: Failure | null }): ReactElement | null {
  const { t } = useTranslation('import');
  if (typeof failure !== 'string') return <ErrorSentence error={failure} />;
  return (
    <Text role="alert" size="sm" className="trouble">
      {t(`failure.${failure}`)}
    </Text>
  );
}
