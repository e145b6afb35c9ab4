/** The first row of a page: its name, then filters, then actions at the right. */
import { Group, Title } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';

type Props = {
  readonly title: string;
  /** Beside the title: counts, filters. */
  readonly children?: ReactNode;
  /** Buttons at the right. */
  readonly actions?: ReactNode;
};

export function PageTitle({ title, children, actions }: Props): ReactElement {
  return (
    <Group className="page-title" gap={12} wrap="nowrap">
      <Title order={1} size={20}>
        {title}
      </Title>
      <Group gap={8} flex={1} wrap="wrap">
        {children}
      </Group>
      <Group gap={8} wrap="nowrap">
        {actions}
      </Group>
    </Group>
  );
}
