import { stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { hashFile } from '../../store/artifact-store.ts';

const LOOK_EVERY_MS = 20;

/**
 * SHA-256 of a file that is written from its front to its end, lower-case hex, soon after `writing` is fulfilled: what is
 * there already is hashed meanwhile. There must be no file at `path` before. Rejects as `writing` does.
 */
export async function hashWhileWritten(path: string, writing: Promise<unknown>, signal: AbortSignal): Promise<string> {
  let isWritten = false;
  const end = writing.then(() => {
    isWritten = true;
  });
  // It is heard at the next pause, if not before.
  end.catch(() => undefined);
  const pause = (): Promise<unknown> => Promise.race([end, setTimeout(LOOK_EVERY_MS)]);
  const placeOf = async (): Promise<number | null> => (await stat(path).catch(() => null))?.ino ?? null;
  let place = await placeOf();
  while (place === null && !isWritten) {
    await pause();
    place = await placeOf();
  }
  let isLastRead = false;
  const waitForMore = async (): Promise<boolean> => {
    if (isLastRead) return false;
    isLastRead = isWritten;
    if (!isWritten) await pause();
    return true;
  };
  const hash = await hashFile(path, { signal, waitForMore });
  // Another file in its place: then it was written elsewhere and moved.
  return (await placeOf()) === place ? hash : hashFile(path, { signal });
}
