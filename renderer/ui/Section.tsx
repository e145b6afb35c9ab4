/** A titled part of an editor. */
import { Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';

export function Section({ title, sentence, actions, children }: { readonly title: string; readonly sentence?: string; readonly actions?: ReactNode; readonly children: ReactNode }): ReactElement {
  return (
    <Paper component="section" aria-label={title} withBorder p={16}>
      <Stack gap={12}>
        <div className="section-head">
          <div>
            <Title order={2} size={14}>
              {title}
            </Title>
            {sentence === undefined ? null : (
              <Text size="xs" c="dimmed">
                {sentence}
              </Text>
            )}
          </div>
          {actions}
        </div>
        {children}
      </Stack>
    </Paper>
  );
}
