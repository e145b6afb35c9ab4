/** What stands above an alert or an incident: how bad it is, how it stands, and that it is of the demo. */
import { Group, Text } from '@mantine/core';
import type { ComponentProps, ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { SeverityBadge } from '../../ui/SeverityBadge.tsx';
import { StateLine } from './StateLine.tsx';

type Work = ComponentProps<typeof StateLine>['work'] & ComponentProps<typeof SeverityBadge> & { readonly simulated: boolean };

export function WorkHead({ work }: { readonly work: Work }): ReactElement {
  const { t } = useTranslation();
  return (
    <Group gap={12}>
      <SeverityBadge severity={work.severity} />
      <StateLine work={work} />
      {work.simulated ? (
        <Text size="xs" c="dimmed">
          {t('demo.ribbon')}
        </Text>
      ) : null}
    </Group>
  );
}
