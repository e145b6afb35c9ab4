/** A failure in one sentence that says what to do, in the user's language. */
import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { errorSentence } from './error-sentence.ts';
import type { AppError } from '../../shared/rpc/contract.ts';

/** Renders nothing for null. */
export function ErrorSentence({ error }: { readonly error: AppError | null }): ReactElement | null {
  useTranslation();
  if (!error) return null;
  return (
    <Text role="alert" size="sm" className="trouble">
      {errorSentence(error)}
    </Text>
  );
}
