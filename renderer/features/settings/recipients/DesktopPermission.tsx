/** Whether this window may show notices of the system; the browser wants to be asked by a click. */
import { Button, Group, Text } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { askPermission, noticePermission } from '../../../client/notices.ts';
import { notifyError } from '../../../ui/notify.ts';

export function DesktopPermission({ quietWhenGranted = false }: { readonly quietWhenGranted?: boolean }): ReactElement | null {
  const { t } = useTranslation('recipients');
  const [permission, setPermission] = useState(noticePermission);
  if (permission === 'granted' && quietWhenGranted) return null;
  return (
    <Group gap={12} wrap="nowrap">
      <Text size="sm" className={permission === 'granted' ? 'state state-up' : 'state state-degraded'}>
        <span className="wrapping">{t(`permission.${permission}`)}</span>
      </Text>
      {permission === 'not-asked' ? (
        <Button variant="default" size="compact-sm" onClick={() => void askPermission().then(setPermission, notifyError)}>
          {t('permission.ask')}
        </Button>
      ) : null}
    </Group>
  );
}
