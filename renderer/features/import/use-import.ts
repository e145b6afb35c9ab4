/** One import from the choice of bytes to the devices written, as a value that says which step it is at. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ImportReport } from '../../../shared/model/import.ts';
import { AppError } from '../../../shared/rpc/contract.ts';
import { useClient } from '../../client/hooks.ts';
import { base64Of, refusal, type ImportSource } from './source.ts';

/** What went wrong: told by the engine, or the file could not be read, or the engine stayed silent. */
export type Failure = AppError | 'unreadable' | 'silent';

export type ImportStep =
  | { readonly kind: 'choose'; readonly refused: 'empty' | 'too-big' | null }
  | { readonly kind: 'reading'; readonly source: ImportSource }
  | { readonly kind: 'failed'; readonly source: ImportSource; readonly failure: Failure }
  | Preview
  | { readonly kind: 'done'; readonly report: ImportReport };

/** Read but not written. `failure` is of the last thing tried from here; the report stays good. */
export type Preview = {
  readonly kind: 'preview';
  readonly source: ImportSource;
  readonly contentBase64: string;
  readonly report: ImportReport;
  readonly allowSharedAddresses: boolean;
  readonly work: 'none' | 'previewing' | 'committing';
  readonly failure: Failure | null;
};

/** Reading 100,000 lines takes seconds; an engine that is silent for longer than this hangs. */
const previewDeadlineMs = 60_000;

export type ImportFlow = {
  readonly step: ImportStep;
  /** Reads the source and previews it; what was shown before is dropped. */
  choose(source: ImportSource): void;
  /** Previews the same bytes with the other answer to whether two devices may share an address. */
  allowShared(preview: Preview, allowed: boolean): void;
  /** Writes every valid row. */
  commit(preview: Preview): void;
  startOver(): void;
};

/** Leaving the component cancels a preview; a commit that was sent is carried out. */
export function useImport(): ImportFlow {
  const client = useClient();
  const [step, setStep] = useState<ImportStep>({ kind: 'choose', refused: null });
  const running = useRef<AbortController | null>(null);

  const cancelRunning = useCallback((): AbortController => {
    running.current?.abort();
    const next = new AbortController();
    running.current = next;
    return next;
  }, []);
  useEffect(() => () => running.current?.abort(), []);

  const choose = useCallback(
    (source: ImportSource): void => {
      const { signal } = cancelRunning();
      const refused = refusal(source);
      if (refused) return setStep({ kind: 'choose', refused });
      setStep({ kind: 'reading', source });
      const read = async (): Promise<void> => {
        try {
          const contentBase64 = await base64Of(source.bytes, signal);
          const report = await client.ask('devices.import', { contentBase64, mode: 'preview' }, withDeadline(signal));
          if (!signal.aborted) setStep({ kind: 'preview', source, contentBase64, report, allowSharedAddresses: false, work: 'none', failure: null });
        } catch (reason) {
          if (!signal.aborted) setStep({ kind: 'failed', source, failure: failureOf(reason) });
        }
      };
      void read();
    },
    [client, cancelRunning],
  );

  const allowShared = useCallback(
    (preview: Preview, allowed: boolean): void => {
      const { signal } = cancelRunning();
      const before: Preview = { ...preview, work: 'none', failure: null };
      setStep({ ...before, allowSharedAddresses: allowed, work: 'previewing' });
      client.ask('devices.import', { contentBase64: preview.contentBase64, mode: 'preview', allowSharedAddresses: allowed }, withDeadline(signal)).then(
        report => signal.aborted || setStep({ ...before, report, allowSharedAddresses: allowed }),
        (reason: unknown) => signal.aborted || setStep({ ...before, failure: failureOf(reason) }),
      );
    },
    [client, cancelRunning],
  );

  const commit = useCallback(
    (preview: Preview): void => {
      const { contentBase64, allowSharedAddresses } = preview;
      setStep({ ...preview, work: 'committing', failure: null });
      // No deadline: the engine finishes what it began, and a lost connection fails the call.
      client.ask('devices.import', { contentBase64, mode: 'commit', allowSharedAddresses }).then(
        report => setStep({ kind: 'done', report }),
        (reason: unknown) => setStep({ ...preview, work: 'none', failure: failureOf(reason) }),
      );
    },
    [client],
  );

  const startOver = useCallback((): void => {
    cancelRunning();
    setStep({ kind: 'choose', refused: null });
  }, [cancelRunning]);

  return { step, choose, allowShared, commit, startOver };
}

function withDeadline(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(previewDeadlineMs)]);
}

function failureOf(reason: unknown): Failure {
  // Whoever closes the dialog is gone by now, so what cancelled the question was its deadline.
  if (reason instanceof AppError) return reason.code === 'cancelled' ? 'silent' : reason;
  // How a browser refuses to read a file that was moved, or that is not this user's to read.
  if (reason instanceof DOMException) return 'unreadable';
  return new AppError('internal', String(reason));
}
