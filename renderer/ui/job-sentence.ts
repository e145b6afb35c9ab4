/** A long piece of work in one sentence. */
import type { JobRow } from '../../shared/model/storage.ts';
import { formatBytes } from './format.ts';
import type { Words } from './shown-state.ts';

/** `t` of any namespace. The engine's own sentences are English: in another language they follow a word of that language. */
export function jobSentence(job: JobRow, t: Words, language: string): string {
  const rows = job.rows ?? 0;
  const counted = { count: rows, rows: new Intl.NumberFormat(language).format(rows), size: formatBytes(job.bytes), file: job.file };
  switch (job.state) {
    case 'running': {
      const percent = Math.floor(100 * job.progress);
      return job.rows === null ? t('common:job.percent', { percent }) : t('common:job.percentRows', { percent, ...counted });
    }
    case 'done': {
      const done = t(`common:job.done.${job.kind}`, counted);
      return job.message === null ? done : `${done} ${job.message}`;
    }
    case 'failed':
      return job.message === null || !language.startsWith('en') ? [t('common:job.failed'), job.message ?? ''].join(' ').trim() : job.message;
    case 'cancelled':
      return t('common:job.cancelled');
    default:
      return job.state satisfies never;
  }
}
