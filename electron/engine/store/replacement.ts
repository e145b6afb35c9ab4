/** Puts a prepared database in the place of the console's own, which is kept beside it. Nothing is ever deleted. */
import { existsSync, renameSync } from 'node:fs';
import { removeDatabase } from './copy.ts';
import { messageOf } from '../log.ts';

/** `by`: the file that takes the place. `keptAs`: the name under which the present one is kept. */
export type Replacement = { readonly by: string; readonly keptAs: string };

/** What takes the place is made ready beside the database: renaming it into place must not cross disks. */
export const preparedName = (file: string): string => `${file}.restoring`;

/** Ends what was cut short between the two renames: then what was made ready is whole, and nothing else has the name. To be called by whoever has taken the folder. */
export function finishReplacement(file: string): void {
  if (!existsSync(file) && !existsSync(`${file}-wal`) && existsSync(preparedName(file))) renameSync(preparedName(file), file);
}

/** With whatever log could not be folded in. */
export function renameDatabase(file: string, name: string): void {
  for (const suffix of ['', '-wal', '-shm']) if (existsSync(file + suffix)) renameSync(file + suffix, name + suffix);
}

/** Both files are closed. Null when done; otherwise why not, and then all is as it was. */
export function replaceDatabase(file: string, { by, keptAs }: Replacement): string | null {
  try {
    renameDatabase(file, keptAs);
    renameSync(by, file);
    return null;
  } catch (error) {
    if (!existsSync(file) && existsSync(keptAs)) renameDatabase(keptAs, file);
    return messageOf(error);
  }
}

/** Undoes a replacement that turned out not to work; the file that had taken the place was only a copy. */
export function putBack(file: string, keptAs: string): void {
  removeDatabase(file);
  renameDatabase(keptAs, file);
}
