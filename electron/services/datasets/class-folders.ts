/**
 * The class of each file, which is the name of its folder: the first folder below those that all files share, or the last
 * of these when the files lie in it directly. Null where there is no folder, and for files beside the folders of classes.
 */
export function classFolders(paths: readonly string[]): (string | null)[] {
  const folders = paths.map((path) => path.split('/').slice(0, -1));
  const first = folders[0] ?? [];
  let shared = 0;
  while (shared < first.length && folders.every((parts) => parts[shared] === first[shared])) shared += 1;
  const isOneFolder = folders.every((parts) => parts.length === shared);
  return folders.map((parts) => (isOneFolder ? (parts.at(-1) ?? null) : (parts[shared] ?? null)));
}
