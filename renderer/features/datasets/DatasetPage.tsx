/** Not written yet. */
export function DatasetPage() {
  return null;
}
