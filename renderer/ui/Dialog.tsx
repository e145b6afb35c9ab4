/** Dialogs: for decisions and short forms only. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useOpenDialog } from './open-dialogs.ts';

type DialogProps = {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** Names the dialog. */
  readonly title: string;
  /** In pixels; 520 unless told. */
  readonly width?: number;
  /** Only where nothing can be typed: a click beside the dialog must not lose a form. */
  readonly closeOnClickOutside?: boolean;
  readonly children: ReactNode;
};

/** A titled dialog. Escape and the cross close it; focus returns to where it was. */
export function Dialog({ opened, onClose, title, width = 520, closeOnClickOutside = false, children }: DialogProps): ReactElement {
  const { t } = useTranslation();
  useOpenDialog(opened);
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={width} closeOnClickOutside={closeOnClickOutside} transitionProps={{ duration: 120 }} closeButtonProps={{ 'aria-label': t('actions.close') }}>
      {children}
    </Modal>
  );
}

type ConfirmProps = {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What will happen, in a sentence. */
  readonly message: ReactNode;
  /** A verb. */
  readonly confirmLabel: string;
  readonly onConfirm: () => void;
  /** Something is destroyed: the button is red, and the focus starts on Cancel. */
  readonly destructive?: boolean;
  readonly running?: boolean;
};

/** Asks before something that cannot be undone. */
export function ConfirmDialog({ opened, onClose, title, message, confirmLabel, onConfirm, destructive = false, running = false }: ConfirmProps): ReactElement {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={title} width={440} closeOnClickOutside>
      <Stack gap={20}>
        {typeof message === 'string' ? <Text size="sm">{message}</Text> : message}
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose} data-autofocus={destructive || undefined}>
            {t('actions.cancel')}
          </Button>
          <Button {...(destructive ? { color: 'red' } : {})} onClick={onConfirm} loading={running} data-autofocus={!destructive || undefined}>
            {confirmLabel}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
