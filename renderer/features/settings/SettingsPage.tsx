/** Not written yet. */
export function SettingsPage() {
  return null;
}
