/** Not written yet. */
export function StartPage() {
  return null;
}
