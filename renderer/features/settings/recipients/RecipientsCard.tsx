/** Who is told of incidents, and whether telling them works. */
import { ActionIcon, Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { IconMessages, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { TargetRow } from '../../../../shared/model/notification.ts';
import { goTo } from '../../../app/navigation.ts';
import { useCommand, useLive, useReadOnly } from '../../../client/hooks.ts';
import { useDeviceNames } from '../../../client/use-device-names.ts';
import { Age } from '../../../ui/Age.tsx';
import { ConfirmDialog } from '../../../ui/Dialog.tsx';
import { durationWords } from '../../../ui/duration-draft.ts';
import { ErrorSentence } from '../../../ui/ErrorSentence.tsx';
import { dash, formatMinute } from '../../../ui/format.ts';
import { notify, notifyError } from '../../../ui/notify.ts';
import { scopeWords } from '../../../ui/scope-words.ts';
import { DesktopPermission } from './DesktopPermission.tsx';
import { RecipientDialog } from './RecipientDialog.tsx';
import { placeWords, targetClasses, targetState } from './target-words.ts';
import './recipients.css';

type Open = { readonly kind: 'none' } | { readonly kind: 'new' } | { readonly kind: 'edit'; readonly target: TargetRow } | { readonly kind: 'remove'; readonly target: TargetRow };

export function RecipientsCard(): ReactElement {
  const { t } = useTranslation('recipients');
  const readOnly = useReadOnly();
  const { rows, loaded, error } = useLive('targets.live', {});
  const remove = useCommand('targets.remove');
  const devices = useDeviceNames();
  const nameOf = (id: string): string | undefined => devices?.find(device => device.id === id)?.name;
  const [open, setOpen] = useState<Open>({ kind: 'none' });
  const close = (): void => setOpen({ kind: 'none' });
  const sorted = rows.toSorted((a, b) => a.name.localeCompare(b.name));
  const drop = async (target: TargetRow): Promise<void> => {
    await remove.run({ id: target.id });
    notify(t('removed', { name: target.name }));
  };

  return (
    <Paper component="section" aria-label={t('title')} withBorder p={16}>
      <Stack gap={12}>
        <Group justify="space-between" align="flex-start" wrap="nowrap" gap={16}>
          <div>
            <Title order={2} size={14}>
              {t('title')}
            </Title>
            <Text size="xs" c="dimmed">
              {t('sentence')}
            </Text>
          </div>
          <Group gap={8} wrap="nowrap">
            <Button variant="default" leftSection={<IconMessages size={16} stroke={1.5} />} onClick={() => goTo('/settings?show=messages')}>
              {t('messages')}
            </Button>
            <Button variant="default" leftSection={<IconPlus size={16} stroke={1.5} />} disabled={readOnly} onClick={() => setOpen({ kind: 'new' })}>
              {t('add')}
            </Button>
          </Group>
        </Group>
        <ErrorSentence error={error} />
        {rows.some(row => row.enabled && row.config.kind === 'desktop') ? <DesktopPermission quietWhenGranted /> : null}
        {loaded && rows.length === 0 ? <Text size="sm">{t('none')}</Text> : null}
        {rows.length > 0 ? (
          <Table horizontalSpacing={8} verticalSpacing={6} fz={13} className="recipients">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('column.recipient')}</Table.Th>
                <Table.Th>{t('column.toldOf')}</Table.Th>
                <Table.Th>{t('column.state')}</Table.Th>
                <Table.Th ta="right">{t('column.waiting')}</Table.Th>
                <Table.Th ta="right" className="nowrap">{t('column.lastSent')}</Table.Th>
                <Table.Th />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {sorted.map(target => (
                <Recipient key={target.id} target={target} scope={scopeWords(target.scope, t, nameOf)} readOnly={readOnly} onEdit={() => setOpen({ kind: 'edit', target })} onRemove={() => setOpen({ kind: 'remove', target })} />
              ))}
            </Table.Tbody>
          </Table>
        ) : null}
      </Stack>
      {open.kind === 'new' || open.kind === 'edit' ? <RecipientDialog target={open.kind === 'edit' ? open.target : null} onClose={close} /> : null}
      <ConfirmDialog
        opened={open.kind === 'remove'}
        onClose={close}
        title={t('removeTitle')}
        message={t('removeMessage', { name: open.kind === 'remove' ? open.target.name : '' })}
        confirmLabel={t('common:actions.remove')}
        destructive
        running={remove.running}
        onConfirm={() => {
          if (open.kind === 'remove') void drop(open.target).catch(notifyError).finally(close);
        }}
      />
    </Paper>
  );
}

type RecipientProps = {
  readonly target: TargetRow;
  /** In words. */
  readonly scope: string;
  readonly readOnly: boolean;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
};

function Recipient({ target, scope, readOnly, onEdit, onRemove }: RecipientProps): ReactElement {
  const { t } = useTranslation('recipients');
  const state = targetState(target);
  const where = [t(`kind.${target.config.kind}`), placeWords(target.config, t)].filter(each => each !== '').join(' · ');
  const limits = [scope, ...(target.afterMs > 0 ? [t('words.after', { duration: durationWords(target.afterMs) })] : []), ...(target.quietHours ? [t('words.quiet', { from: target.quietHours.from, to: target.quietHours.to })] : [])].join(' · ');
  return (
    <Table.Tr>
      <Table.Td>
        <button type="button" className="recipient-name" onClick={onEdit}>
          {target.name}
        </button>
        <div className="recipient-more">{where}</div>
      </Table.Td>
      <Table.Td>
        {target.severities.map(severity => t(`common:severity.${severity}`)).join(', ')}
        <div className="recipient-more">{limits}</div>
      </Table.Td>
      <Table.Td className="recipient-state">
        <span className={targetClasses[state]}>{state === 'failing' && target.failingSince !== null ? t('state.failingSince', { at: formatMinute(target.failingSince, Date.now()) }) : t(`state.${state}`)}</span>
        {state === 'failing' && target.problem !== null ? <div className="recipient-problem">{target.problem}</div> : null}
      </Table.Td>
      <Table.Td ta="right" className="figures">
        {target.waiting}
      </Table.Td>
      <Table.Td ta="right" className="figures nowrap">
        {target.lastSentAt === null ? dash : <Age since={target.lastSentAt} as="age" />}
      </Table.Td>
      <Table.Td ta="right">
        <ActionIcon variant="subtle" color="gray" size={24} aria-label={t('remove', { name: target.name })} disabled={readOnly} onClick={onRemove}>
          <IconTrash size={16} stroke={1.5} />
        </ActionIcon>
      </Table.Td>
    </Table.Tr>
  );
}
