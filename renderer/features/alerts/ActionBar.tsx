/** What can be done with the ticked rows; it stands in place of the filters, so that nothing moves. */
import { Button, CloseButton } from '@mantine/core';
import { IconCheck, IconClockPause, IconEye, IconMessage, IconSquare, IconUser } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertRow } from '../../../shared/model/alert.ts';
import { actionKinds, isPossible, type ActionKind } from './actions.ts';

const icons: Readonly<Record<ActionKind, typeof IconCheck>> = { acknowledge: IconEye, comment: IconMessage, snooze: IconClockPause, assign: IconUser, resolve: IconCheck, 'known-down': IconSquare };

type Props = {
  /** Ticked rows, also those that are over. */
  readonly count: number;
  /** The open alerts among and behind them. */
  readonly alerts: readonly AlertRow[];
  readonly onAction: (kind: ActionKind) => void;
  readonly onClear: () => void;
};

export function ActionBar({ count, alerts, onAction, onClear }: Props): ReactElement {
  const { t } = useTranslation('alerts');
  return (
    <div className="action-bar" role="toolbar" aria-label={t('actions.label')}>
      <CloseButton size="sm" aria-label={t('actions.clear')} onClick={onClear} />
      <span className="action-count figures">{t('actions.ticked', { count })}</span>
      <ActionButtons alerts={alerts} kinds={actionKinds} onAction={onAction} />
    </div>
  );
}

type ButtonsProps = { readonly alerts: readonly AlertRow[]; readonly kinds: readonly ActionKind[]; readonly onAction: (kind: ActionKind) => void };

export function ActionButtons({ alerts, kinds, onAction }: ButtonsProps): ReactElement {
  const { t } = useTranslation('alerts');
  return (
    <>
      {kinds.map(kind => {
        const Icon = icons[kind];
        return (
          <Button key={kind} variant="default" className="action" leftSection={<Icon size={15} stroke={1.5} />} disabled={!isPossible(kind, alerts)} onClick={() => onAction(kind)}>
            {t(`actions.${kind}`)}
          </Button>
        );
      })}
    </>
  );
}
