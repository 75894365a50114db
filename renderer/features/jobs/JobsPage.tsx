/** Not written yet. */
export function JobsPage() {
  return null;
}
