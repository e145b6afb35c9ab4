/** The line under a grid: how many rows are shown, why the order stands still, and which columns there are. */
import { ActionIcon, Checkbox, Popover, Stack, Text, Tooltip } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

type Props = {
  readonly shown: number;
  readonly total: number;
  readonly held: boolean;
  readonly columns: readonly { readonly id: string; readonly header: string; readonly visible: boolean }[];
  readonly onToggle: (id: string, visible: boolean) => void;
};

export function GridFooter({ shown, total, held, columns, onToggle }: Props): ReactElement {
  const { t } = useTranslation();
  return (
    <div className="grid-footer">
      <Text size="xs" className="figures" role="status">
        {t('common:grid.count', { shown, total })}
      </Text>
      <Text size="xs">{held ? t('common:grid.held') : ''}</Text>
      <Popover position="top-end" width={220}>
        <Popover.Target>
          <Tooltip label={t('common:grid.columns')}>
            <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t('common:grid.columns')}>
              <IconColumns3 size={16} stroke={1.5} />
            </ActionIcon>
          </Tooltip>
        </Popover.Target>
        <Popover.Dropdown>
          <Stack gap={8}>
            {columns.map(column => (
              <Checkbox key={column.id} size="xs" label={column.header} checked={column.visible} onChange={event => onToggle(column.id, event.currentTarget.checked)} />
            ))}
          </Stack>
        </Popover.Dropdown>
      </Popover>
    </div>
  );
}
