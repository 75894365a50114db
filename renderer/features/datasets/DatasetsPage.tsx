/** Not written yet. */
export function DatasetsPage() {
  return null;
}
