/** What stands where nothing is: a sentence about why, and what to do next. */
import { Stack, Text, Title } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';

type Props = {
  readonly title: string;
  readonly sentence?: string;
  /** Buttons. */
  readonly children?: ReactNode;
};

export function EmptyState({ title, sentence, children }: Props): ReactElement {
  return (
    <Stack className="empty-state" align="center" justify="center" gap={8}>
      <Title order={2} size={16}>
        {title}
      </Title>
      {sentence ? (
        <Text size="sm" c="dimmed" maw={440} ta="center">
          {sentence}
        </Text>
      ) : null}
      {children}
    </Stack>
  );
}
