/** The first step of an import: drop or choose a file, or paste text. */
import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import '@mantine/dropzone/styles.css';
import { IconFileUpload } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { pastedSource, type ImportSource } from './source.ts';
import { TemplateHint } from './TemplateHint.tsx';

type Props = {
  /** Why the last choice was turned down. */
  readonly refused: 'empty' | 'too-big' | null;
  readonly onChoose: (source: ImportSource) => void;
};

/** More text than this is previewed as it is pasted: a text area that holds megabytes stops answering. */
const typableCharacters = 200_000;

const refusals = { empty: 'choose.empty', 'too-big': 'choose.tooBig', several: 'choose.several' } as const;

export function ImportChoose({ refused, onChoose }: Props): ReactElement {
  const { t } = useTranslation('import');
  const [text, setText] = useState('');
  const [several, setSeveral] = useState(false);
  const openFilePicker = useRef<() => void>(null);
  usePaste(onChoose);
  const problem = several ? 'several' : refused;

  return (
    <Stack gap={16}>
      <Dropzone
        onDrop={([file]) => file && onChoose({ name: file.name, bytes: file })}
        onReject={() => setSeveral(true)}
        multiple={false}
        openRef={openFilePicker}
        activateOnClick={false}
        activateOnKeyboard={false}
        enablePointerEvents
        tabIndex={-1}
        p={24}
      >
        <Stack align="center" gap={8}>
          <IconFileUpload size={28} stroke={1.5} aria-hidden />
          <Text fw={500}>{t('choose.drop')}</Text>
          <Button onClick={() => openFilePicker.current?.()} data-autofocus autoFocus>
            {t('choose.button')}
          </Button>
          <Text size="xs" c="dimmed" ta="center">
            {t('choose.dropHint')}
          </Text>
        </Stack>
      </Dropzone>
      {problem ? (
        <Text role="alert" size="sm" className="trouble">
          {t(refusals[problem])}
        </Text>
      ) : null}
      <Stack gap={8}>
        <Textarea
          label={t('choose.pasteLabel')}
          description={t('choose.pasteHint')}
          descriptionProps={{ fz: 12, lh: '16px' }}
          placeholder={t('choose.pastePlaceholder')}
          value={text}
          onChange={event => setText(event.currentTarget.value)}
          rows={5}
          spellCheck={false}
          styles={{ input: { fontFamily: 'ui-monospace, monospace', whiteSpace: 'pre', overflowX: 'auto' } }}
        />
        <Group justify="flex-end">
          <Button variant="default" disabled={text.trim() === ''} onClick={() => onChoose(pastedSource(text))}>
            {t('choose.preview')}
          </Button>
        </Group>
      </Stack>
      <TemplateHint />
    </Stack>
  );
}

/** Takes what is pasted anywhere on the page while this step is shown: a copied file, or text. A little text in the text area stays there. */
function usePaste(onChoose: (source: ImportSource) => void): void {
  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => {
      const file = event.clipboardData?.files[0];
      const text = event.clipboardData?.getData('text/plain') ?? '';
      const isTyped = event.target instanceof HTMLTextAreaElement && text.length <= typableCharacters;
      if (!file && (text.trim() === '' || isTyped)) return;
      event.preventDefault();
      onChoose(file ? { name: file.name, bytes: file } : pastedSource(text));
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, [onChoose]);
}
